/**
 * Other people's manifests as published: who sends what in them, without a word of ours. Only where
 * PUBLISHED_MANIFESTS names the folder that has them.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { understand } from '../../lab/commands/prepare.ts';

const FOLDER = process.env['PUBLISHED_MANIFESTS'] ?? '';
const isThere = FOLDER !== '' && existsSync(FOLDER);
if (!isThere) {
  process.stdout.write(
    'Tests of published manifests are skipped: PUBLISHED_MANIFESTS names no folder\n',
  );
}

async function sent(manifests: readonly string[], load?: string): Promise<object> {
  const { mesh } = await understand(undefined, {
    manifests: manifests.map((name) => `${FOLDER}/${name}`),
    ...(load !== undefined && { load }),
  });
  return Object.fromEntries(
    mesh.pods.flatMap(({ workload, runs }) =>
      runs.app === 'client' ? [[workload, runs.env]] : [],
    ),
  );
}

describe.skipIf(!isThere)('the clients of published manifests', () => {
  it.each(['destination_max_5.yml', 'destination_fail_fast.yml'])(
    "the seed's, with %s: ten within 13 ms, each 20 s",
    async (rule) => {
      const wanted = {
        MODE: 'batch',
        BATCH_SIZE: '10',
        BATCH_SPREAD: '13ms',
        INTERVAL: '20s',
        URL: 'http://pyserver/index',
      };
      expect(await sent(['seed/deployment.yml', `seed/${rule}`])).toEqual({
        pyclient: expect.objectContaining(wanted) as unknown,
      });
    },
  );

  it.each([2, 3])("the task's fortio pod sends its line with -c %s", async (connections) => {
    const line = `fortio load -c ${connections} -qps 0 -n ${10 * connections} -loglevel Warning http://httpbin:8000/get`;
    expect(await sent(['istio-task'], line)).toEqual({
      'fortio-deploy': {
        ...{ MODE: 'closed', WORKERS: String(connections), REQUESTS: String(10 * connections) },
        ...{ URL: 'http://httpbin:8000/get', TIMEOUT: '3s' },
      },
    });
  });

  it.each([
    ['bookinfo', 'http://productpage:9080/productpage'],
    ['recommendation', 'http://customer:8080/customer'],
  ])('%s is asked at its door', async (folder, url) => {
    expect(await sent([folder])).toEqual({
      client: expect.objectContaining({ URL: url }) as unknown,
    });
  });
});
