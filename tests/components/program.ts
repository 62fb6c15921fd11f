/** The whole program, for tests of what it registers. */
import { join } from 'node:path';
import { readStack } from '../../config/stackFiles.ts';
import circuitLab from '../../index.ts';
import { ROOT } from '../support/project.ts';
import { type Registration, registrationsOf } from '../support/registrations.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
}

export interface Deployment {
  readonly metadata: Metadata;
  readonly spec: {
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly containers: readonly {
          readonly name: string;
          readonly env?: readonly { readonly name: string; readonly value: string }[];
          readonly ports?: readonly { readonly containerPort: number }[];
          readonly readinessProbe?: object;
          readonly livenessProbe?: object;
          readonly resources?: object;
          readonly securityContext?: object;
        }[];
      };
    };
  };
}

export interface Service {
  readonly metadata: Metadata;
  readonly spec: {
    readonly selector: Labels;
    readonly ports: readonly { readonly port: number; readonly targetPort: number }[];
  };
}

/** What was registered of a kind. */
export function all<T>(registrations: readonly Registration[], kind: string): T[] {
  return registrations
    .filter(({ inputs }) => inputs['kind'] === kind)
    .map(({ inputs }) => inputs as T);
}

export function matches(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** What the program registers for a stack, with these settings over its file's. */
export function run(stack: string, settings: Record<string, string> = {}): Promise<Registration[]> {
  return registrationsOf(circuitLab, { stack, config: { ...readStack(ROOT, stack), ...settings } });
}

export const CLUSTER = { platform: 'kubernetes' };
export const MAIN = join(ROOT, 'lab/main.js');
export const LAB = join(ROOT, '.lab');

/** The Kubernetes objects among it. */
export function objectsOf(registrations: readonly Registration[]): object[] {
  return registrations
    .filter(({ type }) => type.startsWith('kubernetes:'))
    .map(({ inputs }) => inputs);
}
