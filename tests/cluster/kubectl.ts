/** kubectl, as a person or a GitOps tool would use it. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { KubernetesObject } from '../../lab/objects/object.ts';
import type { Outcome } from '../support/lab.ts';

/** What kubectl is told to wait for has shorter limits of its own, which say what did not come. */
const LIMIT_MS = 150_000;

export function kubectl(args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      'kubectl',
      [...args],
      { maxBuffer: 64 * 1024 * 1024, timeout: LIMIT_MS },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        const late = error?.killed === true ? `not done after ${LIMIT_MS / 1000} s. ` : '';
        resolve({ code, stdout, stderr: late + (stderr === '' ? (error?.message ?? '') : stderr) });
      },
    );
    child.stdin?.end(input);
  });
}

/** @throws with kubectl's own words where it fails */
export async function kubectlOrThrow(args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, input);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Server-side apply, refusing what the API server does not know. */
export function apply(
  objects: readonly KubernetesObject[],
  ...options: readonly string[]
): Promise<Outcome> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  return kubectl(
    ['apply', '--server-side', '--validate=strict', ...options, '-f', '-'],
    JSON.stringify(list),
  );
}

/** The name of a namespace for a file of tests, which no other run on the same cluster has. */
export function namespaceFor(what: string): string {
  return `circuit-lab-test-${what}-${process.pid}-${Date.now().toString(36)}`;
}

export async function createNamespace(name: string, labels: readonly string[] = []): Promise<void> {
  await kubectlOrThrow(['create', 'namespace', name]);
  if (labels.length > 0) await kubectlOrThrow(['label', 'namespace', name, ...labels]);
}

export async function removeNamespace(name: string): Promise<void> {
  await kubectlOrThrow(['delete', 'namespace', name, '--ignore-not-found', '--timeout=120s']);
}

/** Writes a kubeconfig for the default account of a namespace, which may do nothing. */
export async function writeStrangersKubeconfig(namespace: string, file: string): Promise<void> {
  const token = await kubectlOrThrow(['-n', namespace, 'create', 'token', 'default']);
  const view = await kubectlOrThrow(['config', 'view', '--raw', '--minify', '-o', 'json']);
  const config = JSON.parse(view) as { users: object[] };
  config.users = config.users.map((user) => ({ ...user, user: { token: token.trim() } }));
  writeFileSync(file, JSON.stringify(config));
}

/** Names of the pods with a label. */
export async function podsOf(namespace: string, label: string): Promise<string[]> {
  const template = '{range .items[*]}{.metadata.name}{"\\n"}{end}';
  const names = await kubectlOrThrow([
    ...['-n', namespace, 'get', 'pods', '-l', label, '-o', `jsonpath=${template}`],
    '--field-selector=status.phase=Running',
  ]);
  return names.split('\n').filter((name) => name !== '');
}
