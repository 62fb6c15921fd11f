import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { Progress } from '../../../lab/watch/progress.ts';
import { ProgressView } from '../../../lab/report/progress.ts';

/** What is written where there is no terminal, times replaced. */
async function linesOf(events: readonly Progress[]): Promise<string[]> {
  const stream = new PassThrough();
  const view = new ProgressView(stream as unknown as NodeJS.WriteStream);
  for (const event of events) view.show(event);
  view.end();
  stream.end();
  return (await text(stream))
    .replace(/\d+\.\d s/g, 'n s')
    .split('\n')
    .slice(0, -1);
}

function sent(batch: number): Progress {
  const event = { event: 'sent', id: 'an-id', client: 'pyclient-0', batch, sentAt: 0 } as const;
  return { kind: 'client', event };
}

function response(batch: number, status: number): Progress {
  const event = {
    event: 'response',
    id: 'an-id',
    client: 'pyclient-0',
    batch,
    status,
    sentAt: 0,
    endedAt: 0,
  } as const;
  return { kind: 'client', event };
}

function finished(batches: number, firstWarm: number, ...numbers: number[]): Progress {
  const disturbed = numbers.map((batch) => ({ batch, lagMs: 90, toleratedMs: 50, who: 'it' }));
  return { kind: 'finished', batches, firstWarm, disturbed };
}

it('tells the disturbed from the others, cold or warm', async () => {
  const batches = [0, 1, 2].flatMap((batch) => [sent(batch), response(batch, 200)]);
  expect(await linesOf([...batches, finished(3, 1, 0, 2)])).toEqual([
    'batch 1: 1 answered, 0 refused, n s (disturbed)',
    'batch 2: 1 answered, 0 refused, n s',
    'batch 3: 1 answered, 0 refused, n s (disturbed)',
  ]);
});

it('is a line for each thing that was done, and for each batch that has ended', async () => {
  expect(
    await linesOf([
      { kind: 'note', text: 'installing Envoy' },
      { kind: 'started', envoy: '1.40.0', proxies: 2 },
      ...[sent(0), sent(0), sent(0), response(0, 200), response(0, 503), response(0, 0)],
      finished(1, 1),
      ...[sent(1), sent(1), response(1, 200), response(1, 404)],
      finished(2, 1),
      { kind: 'client', event: { event: 'done', client: 'pyclient-0' } },
    ]),
  ).toEqual([
    'installing Envoy',
    '2 proxies of Envoy 1.40.0 are up',
    'batch 1: 1 answered, 2 refused, n s (cold)',
    'batch 2: 2 answered, 0 refused, n s',
  ]);
});

it('misses no batch where several have ended at once, and tells the cold from the warm', async () => {
  const batches = [0, 1, 2, 3].flatMap((batch) => [sent(batch), response(batch, 200)]);
  expect(await linesOf([...batches, finished(3, 2)])).toEqual([
    'batch 1: 1 answered, 0 refused, n s (cold)',
    'batch 2: 1 answered, 0 refused, n s (cold)',
    'batch 3: 1 answered, 0 refused, n s',
  ]);
});
