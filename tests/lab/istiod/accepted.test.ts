/** Proves that a real Envoy takes what the cases of fields/ come to, and the fields of Istio 1.31. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { findEnvoy } from '../../../lab/environment/envoyBinary.ts';
import { gatewayBootstrap, sidecarBootstrap } from '../../../lab/local/bootstrap.ts';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { destinationRule, podNamed, shop } from '../mesh/objects.ts';
import { FIELD_CASES, fieldMesh, savedField } from './fieldCases.ts';

const LOOPBACK = { portOf: () => 1, appPorts: new Map([[5000, 2]]), timeScale: 1 };
const CASES: readonly (readonly [name: string, mesh: Mesh, pod: string])[] = [
  ...FIELD_CASES.flatMap((name) =>
    Object.keys(savedField(name)).map((pod) => [name, fieldMesh(name), pod] as const),
  ),
  [
    'Istio 1.31',
    shop(
      destinationRule({
        connectionPool: {
          http: { h2UpgradePolicy: 'UPGRADE', http2KeepAlive: { interval: '5s', timeout: '1s' } },
        },
        outlierDetection: { outlierDetectionHttpErrorCodes: [429, 503] },
        retryBudget: { percent: 20, budgetInterval: '10s' },
      }),
    ),
    'client-0',
  ],
];

/** What Envoy said of each, in the order of the cases; empty where it took it. */
let refusals: readonly string[];

beforeAll(async () => {
  const { path } = await findEnvoy();
  const folder = temporaryFolder();
  const waiting = CASES.map((_, i) => i);
  const said: string[] = [];
  const work = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      const file = join(folder, `${i}.json`);
      writeFileSync(file, JSON.stringify(bootstrapOf(i)));
      said[i] = await refusalOf(path, file);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  refusals = said;
}, 240_000);

function bootstrapOf(i: number): object {
  const [, mesh, name] = CASES[i] ?? [];
  if (mesh === undefined || name === undefined) throw new TypeError(`no case ${i}`);
  const pod = podNamed(mesh, name);
  const make = pod.proxy === 'gateway' ? gatewayBootstrap : sidecarBootstrap;
  return make(proxyConfig(mesh, pod), pod, LOOPBACK);
}

async function refusalOf(envoy: string, file: string): Promise<string> {
  const args = ['--mode', 'validate', '-c', file, '--concurrency', '1', '-l', 'error'];
  try {
    await promisify(execFile)(envoy, args, { timeout: 60_000 });
    return '';
  } catch (error) {
    return (error as Error & { stderr?: string }).stderr ?? String(error);
  }
}

test.each(CASES.map(([name, , pod], i) => [name, pod, i] as const))('%s: %s', (_name, _pod, i) => {
  expect(refusals[i]).toBe('');
});
