/** What as many processes take that do nothing: below it, no lab with a process a pod can be up. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa, type Options } from 'execa';

const NOTHING = { admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } } };
const ENVOY = [
  ...['--disable-hot-restart', '--concurrency', '2'],
  ...['--log-level', 'error', '--component-log-level', 'main:info'],
  ...['--config-yaml', JSON.stringify(NOTHING)],
];
/** It says that it runs, and waits to be killed. */
const NODE = ['-e', 'console.log("up"); setInterval(() => undefined, 1000)'];
/** They end with this process, and by being killed. */
const KILLED = { reject: false, buffer: false, stdin: 'ignore' } as const satisfies Options;

/**
 * Starts an Envoy and a Node for each pod, all at once.
 *
 * @returns ms from the first one's start until each runs
 * @throws Error where one ends by itself
 */
export async function bareMs(pods: number, envoy: string): Promise<number> {
  const each = Array.from({ length: pods });
  const startedAt = performance.now();
  const envoys = each.map(() => execa(envoy, ENVOY, { ...KILLED, stdout: 'ignore' }));
  const nodes = each.map(() => execa(process.execPath, NODE, { ...KILLED, stderr: 'ignore' }));
  try {
    await Promise.all([
      ...envoys.map(({ stderr }) => says(stderr, 'starting main dispatch loop')),
      ...nodes.map(({ stdout }) => says(stdout, 'up')),
    ]);
    return performance.now() - startedAt;
  } finally {
    const all = [...envoys, ...nodes];
    for (const one of all) one.kill('SIGKILL');
    await Promise.all(all);
  }
}

function says(output: Readable, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    createInterface({ input: output })
      .on('line', (line) => {
        if (line.includes(word)) resolve();
      })
      .on('close', () => {
        reject(new Error(`a process that does nothing ended before it said '${word}'`));
      });
  });
}
