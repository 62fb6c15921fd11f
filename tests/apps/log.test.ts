import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFormat, textFormat, type Ended } from '../../apps/client/log.ts';

const ended: fc.Arbitrary<Ended> = fc
  .record({
    id: fc.uuid(),
    batch: fc.nat(),
    index: fc.nat(),
    sentAt: fc.double({ min: 0, max: 4e12, noNaN: true }),
    took: fc.double({ min: 0, max: 3.6e6, noNaN: true }),
    status: fc.constantFrom(0, 200, 503),
    bytes: fc.nat(),
    headers: fc.constant({}),
  })
  .map(({ took, ...request }) => ({ ...request, endedAt: request.sentAt + took }));

describe('text', () => {
  it('writes the seed’s line for a response: status, local times of day, seconds', () => {
    const sentAt = new Date(2021, 7, 5, 22, 26, 0).getTime();
    const request = { id: 'x', batch: 0, index: 0, bytes: 0, headers: {} };
    expect([
      ...textFormat.batch({ batch: 0, size: 10, dueAt: sentAt, gapMs: 0, startedAt: sentAt }),
      ...textFormat.response({ ...request, status: 503, sentAt, endedAt: sentAt + 13.6559 }),
      ...textFormat.response({ ...request, status: 200, sentAt, endedAt: sentAt + 10_016.17 }),
    ]).toEqual([
      '----------START BATCH----------',
      'STATUS: 503, START: 22:26:00, END: 22:26:00, TIME: 0.0137',
      'STATUS: 200, START: 22:26:00, END: 22:26:10, TIME: 10.0162',
    ]);
  });

  it('has that form for every response, and its time is the true one to a tenth of a ms', () => {
    const form = /^STATUS: (\d+), START: (\d\d:){2}\d\d, END: (\d\d:){2}\d\d, TIME: (\d+\.\d{4})$/;
    fc.assert(
      fc.property(ended, (response) => {
        const [line, ...others] = textFormat.response(response);
        expect(others).toEqual([]);
        const match = form.exec(line ?? '');
        expect(Number(match?.[1])).toBe(response.status);
        const seconds = (response.endedAt - response.sentAt) / 1000;
        expect(Math.abs(Number(match?.[4]) - seconds)).toBeLessThanOrEqual(0.000051);
      }),
    );
  });

  it('writes nothing that the seed did not', () => {
    expect(textFormat.sent({ id: 'x', batch: 0, index: 0, sentAt: 0 })).toEqual([]);
    expect(textFormat.lag({ at: 0, lagMs: 9 })).toEqual([]);
    expect(textFormat.done({ requests: 1 })).toEqual([]);
  });
});

describe('json', () => {
  it('writes one object on one line that holds what the response was', () => {
    fc.assert(
      fc.property(ended, fc.string(), (response, client) => {
        const lines = jsonFormat(client).response(response);
        expect(lines).toHaveLength(1);
        expect(lines[0]).not.toContain('\n');
        const { event, timeMs, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
        expect(event).toBe('response');
        expect(timeMs).toBeCloseTo(response.endedAt - response.sentAt, 2);
        expect(rest).toEqual({ ...response, sentAt: response.sentAt, client });
      }),
    );
  });
});
