import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFormat } from '../../../apps/client/log.ts';
import { parseClientLine } from '../../../lab/watch/clientLog.ts';

const format = jsonFormat('pyclient-0');
const request = { id: 'an-id', batch: 3, index: 7, sentAt: 1000.25 };
const answer = { endedAt: 1500.5, status: 503, bytes: 81, headers: { server: 'envoy' } };

describe('what the client prints is read', () => {
  it.each([
    [
      'the start of a batch',
      format.batch({ batch: 3, size: 10, dueAt: 998, gapMs: 1.5, startedAt: 1000 }),
      {
        event: 'batch',
        client: 'pyclient-0',
        batch: 3,
        size: 10,
        dueAt: 998,
        gapMs: 1.5,
        startedAt: 1000,
      },
    ],
    [
      'a request that was sent',
      format.sent(request),
      { event: 'sent', client: 'pyclient-0', id: 'an-id', batch: 3, sentAt: 1000.25 },
    ],
    [
      'a response',
      format.response({ ...request, ...answer }),
      { event: 'response', id: 'an-id', batch: 3, status: 503, sentAt: 1000.25, endedAt: 1500.5 },
    ],
    [
      'a request without a response',
      format.response({ ...request, ...answer, status: 0, error: 'ECONNREFUSED' }),
      { event: 'response', id: 'an-id', status: 0, error: 'ECONNREFUSED' },
    ],
    [
      'that it was late',
      format.lag({ at: 1200.5, lagMs: 80 }),
      { event: 'lag', client: 'pyclient-0', at: 1200.5, lagMs: 80 },
    ],
    ['the end', format.done({ requests: 40 }), { event: 'done', client: 'pyclient-0' }],
  ])('%s', (_, lines, wanted) => {
    expect(lines.map(parseClientLine)).toMatchObject([wanted]);
  });
});

describe('other lines are none', () => {
  it.each([
    ['', 'nothing'],
    ['----------START BATCH----------', "the seed's text format"],
    ['STATUS: 503, START: 17:18:40, END: 17:18:40, TIME: 0.0133', "the seed's text format"],
    ['{"event":"response","id":"an-id"', 'a line that was cut off'],
    ['{"event":"response","id":"an-id"}', 'a response without a status'],
    ['{"event":"listening","port":5000}', "an event of the server's"],
    ['null', 'JSON that is no object'],
  ])('%s (%s)', (line) => {
    expect(parseClientLine(line)).toBeUndefined();
  });

  it('and never an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(parseClientLine(line)).toBeUndefined();
      }),
    );
  });
});
