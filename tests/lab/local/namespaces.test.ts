/** Two experiments' objects in one run: their pods have the same names in two namespaces. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { observation } from '../../../experiment/observation.ts';
import { loadSource } from '../../../lab/objects/source.ts';
import { skipIfDisturbed } from '../../support/busyMachine.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startLab } from '../../support/lab.ts';

it('tells apart the pods of one name in two namespaces', { timeout: 60_000 }, async (context) => {
  const folder = temporaryFolder();
  for (const [namespace, status] of [
    ['one', 200],
    ['two', 404],
  ] as const) {
    const { objects } = await loadSource('dev', {
      set: [
        ...[`namespace=${namespace}`, 'batchSize=3', 'serverDelay=20ms', 'batchInterval=100ms'],
        ...[
          'maxConnections=0',
          'http1MaxPendingRequests=0',
          `versions={"v1":{"status":${status}}}`,
        ],
      ],
    });
    const own = objects.filter(({ kind }) => namespace === 'one' || kind !== 'ConfigMap');
    const text = own.map((object) => stringify(object)).join('---\n');
    writeFileSync(join(folder, `${namespace}.yaml`), text);
  }
  const args = ['run', '--manifests', folder, '--batches', '2', '--json'];
  const { stdout, stderr } = await startLab(args, temporaryFolder()).ended;
  expect(stdout, stderr).not.toBe('');
  const seen = observation.parse(JSON.parse(stdout));
  skipIfDisturbed(context, seen);
  const tally = Map.groupBy(seen.requests, ({ client, endpoint, status, batch }) =>
    [client, endpoint, status, batch].join(' '),
  );
  expect(Object.fromEntries([...tally].map(([key, requests]) => [key, requests.length]))).toEqual({
    'one/pyclient-0 one/pyserver-v1-0 200 0': 3,
    'one/pyclient-0 one/pyserver-v1-0 200 1': 3,
    'two/pyclient-0 two/pyserver-v1-0 404 0': 3,
    'two/pyclient-0 two/pyserver-v1-0 404 1': 3,
  });
  expect(seen.proxies.map(({ pod }) => pod).toSorted()).toEqual([
    'one/pyclient-0',
    'one/pyserver-v1-0',
    'two/pyclient-0',
    'two/pyserver-v1-0',
  ]);
});
