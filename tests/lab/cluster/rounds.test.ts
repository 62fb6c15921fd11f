import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rounds } from '../../../lab/cluster/rounds.ts';
import type { ClientEvent } from '../../../apps/contract.ts';

const SIZE = 2;

/** A watched set of clients, and what got through. */
function watched(clients: readonly string[], since = 0, intervalMs = 12_000) {
  const events: ClientEvent[] = [];
  const rounds = new Rounds(clients, since, intervalMs, (event) => events.push(event));
  const begin = (client: string, batch: number, startedAt: number): void => {
    rounds.seen(client, { event: 'batch', client: 'its own name', batch, size: SIZE, startedAt });
  };
  const answer = (client: string, batch: number, count = SIZE): void => {
    for (let n = 0; n < count; n += 1) {
      const id = `${client} ${batch} ${n}`;
      const times = { sentAt: 0, endedAt: 1 };
      rounds.seen(client, { event: 'response', id, client: 'x', batch, status: 200, ...times });
    }
  };
  /** `round: client's own batch` of every batch that got through. */
  const through = (): string[] => [
    ...new Set(
      events.flatMap((event) =>
        event.event === 'response' ? [`${event.batch}: ${event.id.slice(0, -2)}`] : [],
      ),
    ),
  ];
  return { rounds, events, begin, answer, through };
}

it('numbers the batches of an endless client from the first that began while watched', () => {
  const { begin, answer, through, events } = watched(['a'], 1000);
  begin('a', 7, 999);
  answer('a', 7);
  begin('a', 8, 1001);
  answer('a', 8);
  begin('a', 9, 2001);
  answer('a', 9);
  expect(through()).toEqual(['0: a 8', '1: a 9']);
  expect(new Set(events.map(({ client }) => client))).toEqual(new Set(['a']));
});

it('lets nothing of a batch through before all of it was answered', () => {
  const { begin, answer, through } = watched(['a']);
  begin('a', 0, 0);
  answer('a', 0, SIZE - 1);
  expect(through()).toEqual([]);
  answer('a', 0, 1);
  expect(through()).toEqual(['0: a 0']);
});

it('ignores answers of batches whose start it has not seen', () => {
  const { answer, through } = watched(['a']);
  answer('a', 3);
  expect(through()).toEqual([]);
});

it('joins the batches that began together, whatever their numbers', () => {
  const { rounds, begin, answer, through } = watched(['a', 'b']);
  // a's batch 4 began just before the watch, b's batch 1 just after; both go on every 12 s.
  begin('b', 1, 2);
  answer('b', 1);
  begin('a', 5, 11_998);
  begin('b', 2, 12_002);
  answer('a', 5);
  answer('b', 2);
  expect(through()).toEqual(['0: a 5', '0: b 2']);
  expect(rounds.spreadMs).toBe(4);
});

it('joins clients that never begin together, and says how far apart they are', () => {
  const { rounds, begin, answer, through } = watched(['a', 'b']);
  begin('a', 0, 0);
  answer('a', 0);
  begin('b', 0, 7000);
  answer('b', 0);
  begin('a', 1, 12_000);
  answer('a', 1);
  begin('b', 1, 19_000);
  answer('b', 1);
  begin('a', 2, 24_000);
  answer('a', 2);
  expect(through()).toEqual(['0: a 1', '0: b 0', '1: a 2', '1: b 1']);
  expect(rounds.spreadMs).toBe(5000);
});

it('drops what was under way when others take over, and goes on counting', () => {
  const { rounds, begin, answer, through } = watched(['a', 'b']);
  begin('a', 0, 0);
  begin('b', 0, 1);
  answer('a', 0);
  answer('b', 0);
  begin('a', 1, 100);
  begin('b', 1, 101);
  answer('b', 1);
  rounds.began(['a', 'c'], 150);
  answer('a', 1);
  begin('a', 2, 200);
  begin('c', 0, 201);
  answer('a', 2);
  answer('c', 0);
  expect(through()).toEqual(['0: a 0', '0: b 0', '1: a 2', '1: c 0']);
});

it('believes a client that it is done only when nothing of it is missing', () => {
  const { rounds, begin, answer, events } = watched(['a']);
  begin('a', 0, 0);
  rounds.seen('a', { event: 'done', client: 'a' });
  expect(events).toEqual([]);
  answer('a', 0);
  rounds.seen('a', { event: 'done', client: 'a' });
  expect(events.at(-1)).toEqual({ event: 'done', client: 'a' });
});

it('lets no client fall further behind than an interval, however long its batches take', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.integer({ min: 0, max: 11_999 }), fc.integer({ min: 12_000, max: 60_000 })),
        {
          minLength: 2,
          maxLength: 4,
        },
      ),
      (clients) => {
        const { rounds, begin, answer, events } = watched(clients.map((_, index) => `c${index}`));
        const starts = clients.flatMap(([offset, everyMs], index) =>
          Array.from({ length: 12 }, (_, n) => ({ index, n, at: offset + n * everyMs })),
        );
        for (const { index, n, at } of starts.sort((a, b) => a.at - b.at)) {
          begin(`c${index}`, n, at);
          answer(`c${index}`, n);
        }
        expect(rounds.spreadMs).toBeLessThan(12_000);
        const begun = events.filter((event) => event.event === 'batch');
        const byRound = [...Map.groupBy(begun, ({ batch }) => batch).values()];
        expect(byRound.every((round) => round.length === clients.length)).toBe(true);
        // Nobody waits for ever: clients that go on alike have a round in each interval but the first.
        if (
          new Set(clients.map(([, everyMs]) => everyMs)).size === 1 &&
          clients[0]?.[1] === 12_000
        ) {
          expect(byRound.length).toBeGreaterThanOrEqual(10);
        }
      },
    ),
  );
});

it('does not join a batch to one that began three intervals later', () => {
  const { rounds, begin, answer, through } = watched(['a', 'b']);
  begin('a', 0, 0);
  begin('b', 0, 100);
  answer('a', 0);
  // b's batch takes 34 s, while a goes on.
  for (const [n, at] of [12_000, 24_000, 36_000].entries()) {
    begin('a', n + 1, at);
    answer('a', n + 1);
  }
  answer('b', 0);
  begin('b', 1, 36_100);
  answer('b', 1);
  expect(through()).toEqual(['0: a 0', '0: b 0', '1: a 3', '1: b 1']);
  expect(rounds.spreadMs).toBe(100);
});

it('joins what each client sends as one whole, however far apart they began', () => {
  const { rounds, begin, answer, through } = watched(['a', 'b'], 0, Infinity);
  begin('a', 0, 1000);
  answer('a', 0);
  begin('b', 0, 4000);
  expect(through()).toEqual([]);
  answer('b', 0);
  expect(through()).toEqual(['0: a 0', '0: b 0']);
  expect(rounds.spreadMs).toBe(3000);
});
