/** A sweep turns keys in objects that the program made once: they are what it would have made. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readStack } from '../../../config/stackFiles.ts';
import { LabError } from '../../../errors/labError.ts';
import { gridOf } from '../../../lab/commands/sweepGrid.ts';
import { prepare } from '../../../lab/commands/prepare.ts';
import { modelOf } from '../../../lab/predict/compile/modelOf.ts';
import type { Prepared } from '../../../lab/watch/observe.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { destinationRule, documents, objects } from '../../support/manifests.ts';
import { ROOT } from '../../support/project.ts';

type Fields = Readonly<Record<string, unknown>>;

const PACE = { batches: undefined, timeScale: 1 };

/** All of a model but what its objects are called. */
function simulated(prepared: Prepared): object {
  const { of, ...model } = modelOf(prepared);
  expect(of.timeScale).toBe(1);
  return model;
}

/** Every flat key of the policy, and fields of structured ones; another key beside it. */
const TURNED: readonly string[] = [
  ...['maxConnections=0,3', 'http1MaxPendingRequests=0,2', 'http2MaxRequests=0,4'],
  ...[
    'maxRequestsPerConnection=0,1',
    'maxRetries=0,2',
    'connectTimeout=1s,2s',
    'idleTimeout=10s,20s',
  ],
  ...['outlierDetection.consecutive5xxErrors=2,3', 'retryBudget.percent=10,20'],
  ...['serverReplicas=1,2', 'batchSize=4,5', 'serverDelay=1s,2s', 'retries.attempts=0,1'],
];

describe.each<[stack: string, set: readonly string[], turned: readonly string[]]>([
  ['fail-fast', [], TURNED],
  // One that has no rule unless something is limited, and one whose subsets have the policy.
  ['baseline', [], ['maxConnections=0,3']],
  ['bad-server-canary', ['policyScope=subsets'], ['maxConnections=0,3']],
])('of stack %s', (stack, set, turned) => {
  it.each(turned)('--vary %s', async (vary) => {
    const [name = '', values = ''] = vary.split('=');
    const raw = readStack(ROOT, stack);
    const grid = await gridOf(stack, { set }, [vary], PACE);
    for (const [pick, value] of values.split(',').entries()) {
      const key = name.split('.')[0] ?? '';
      const whole = name.includes('.')
        ? JSON.stringify({
            ...(JSON.parse(raw[key] ?? '{}') as object),
            [name.split('.')[1] ?? '']: /^\d+$/.test(value) ? Number(value) : value,
          })
        : value;
      const made = await prepare(stack, { set: [...set, `${key}=${whole}`] }, PACE);
      expect(simulated(await grid.prepared([pick]))).toEqual(simulated(made));
    }
  });
});

describe('of manifests', () => {
  const folder = temporaryFolder();
  const { namespace, service, server, client } = objects;
  const rule = (policy: object, more: object = {}): Fields =>
    destinationRule({ host: 'pyserver', trafficPolicy: policy, ...more });
  const file = (name: string, ...rules: Fields[]): string => {
    const path = join(folder, name);
    writeFileSync(path, documents(namespace, service, server, client, ...rules));
    return path;
  };
  const pool = { connectionPool: { tcp: { maxConnections: 5 } } };
  let limited = '';
  beforeAll(() => {
    limited = file('limited.yaml', rule(pool));
  });

  it('turns the policy of the one rule', async () => {
    const grid = await gridOf(undefined, { manifests: limited }, ['maxConnections=3,5,0'], PACE);
    expect(grid.current).toEqual({ maxConnections: '5' });
    const other = file('other.yaml', rule({ connectionPool: { tcp: { maxConnections: 3 } } }));
    const none = file('none.yaml', destinationRule({ host: 'pyserver' }));
    for (const [pick, path] of [other, limited, none].entries()) {
      const made = await prepare(undefined, { manifests: path }, PACE);
      expect(simulated(await grid.prepared([pick]))).toEqual(simulated(made));
    }
  });

  it.each([
    [
      'a key that manifests do not have',
      [rule(pool)],
      'serverReplicas=1..3',
      /is a key of a stack/,
    ],
    ['a rule that is not there', [], 'maxConnections=1..3', /the objects have none/],
    [
      'one of several rules',
      [rule(pool), { ...rule(pool), metadata: { name: 'second', namespace: 'lab' } }],
      'maxConnections=1..3',
      /which DestinationRule is meant, of pyserver, second\?/,
    ],
    [
      'a policy that a subset has of its own',
      [rule(pool, { subsets: [{ name: 'v1', trafficPolicy: pool }] })],
      'maxConnections=1..3',
      /has a connectionPool of its own for subset v1/,
    ],
  ])('refuses %s', async (what, rules, vary, message) => {
    const manifests = file(`${what.replaceAll(' ', '-')}.yaml`, ...rules);
    const opened = gridOf(undefined, { manifests }, [vary], PACE);
    await expect(opened).rejects.toThrow(LabError);
    await expect(opened).rejects.toThrow(message);
  });
});

describe('refuses', () => {
  it.each([
    [
      ['maxConnections=1..4000', 'http1MaxPendingRequests=1..2500'],
      /4000 x 2500 values make 10,000,000 cells, at most 40,000\. At most 200 of each would do; take wider steps: --vary maxConnections=1\.\.4000:80 --vary http1MaxPendingRequests=1\.\.2500:50$/,
    ],
    [['maxConnections=1..2', 'maxConnections=3..4'], /--vary maxConnections: is given twice/],
    [['serverReplicas=99..101'], /serverReplicas: '101' is not allowed/],
    [['maxConections=1..2'], /Did you mean 'maxConnections'/],
  ])('%j', async (vary, message) => {
    await expect(gridOf('fail-fast', {}, vary, PACE)).rejects.toThrow(message);
  });
});
