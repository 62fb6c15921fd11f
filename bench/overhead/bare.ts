/** What as many processes take that do nothing: below it, no lab with a process a pod can be up. */
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa, type Options } from 'execa';

const NOTHING = { admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } } };
/** It says that it runs, and waits to be killed. */
const NODE = 'process.stdout.write("up"); setInterval(() => undefined, 1000)';
const LOOK_EVERY_MS = 5;
/** They end with this process, and by being killed. */
const QUIET = {
  reject: false,
  buffer: false,
  stdin: 'ignore',
  stderr: 'ignore',
} as const satisfies Options;

/**
 * Starts an Envoy and a Node for each pod, all at once.
 *
 * @returns ms from the first one's start until each runs
 */
export async function bareMs(pods: number, envoy: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'circuit-lab-bench-'));
  const each = Array.from({ length: pods }, (_, pod) => join(folder, `${pod}`));
  const startedAt = performance.now();
  const envoys = each.map((address) =>
    execa(
      envoy,
      [
        ...['--disable-hot-restart', '--concurrency', '2', '--log-level', 'error'],
        ...['--config-yaml', JSON.stringify(NOTHING), '--admin-address-path', address],
      ],
      { ...QUIET, stdout: 'ignore' },
    ),
  );
  const nodes = each.map(() => execa(process.execPath, ['-e', NODE], { ...QUIET, stdout: 'pipe' }));
  try {
    await Promise.all(nodes.map(({ stdout }) => once(stdout, 'data')));
    while (!each.every((address) => existsSync(address))) await delay(LOOK_EVERY_MS);
    return performance.now() - startedAt;
  } finally {
    const all = [...envoys, ...nodes];
    for (const one of all) one.kill('SIGKILL');
    await Promise.all(all);
    await rm(folder, { recursive: true });
  }
}
