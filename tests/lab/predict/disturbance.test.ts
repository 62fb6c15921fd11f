/** A disturbance is read, or refused with what would do. */
import { describe, expect, it } from 'vitest';
import { parseDisturbance } from '../../../lab/predict/disturbance.ts';

describe('a disturbance', () => {
  it('is what servers do for a time', () => {
    expect(parseDisturbance('serverDelay=5s for 30s')).toEqual({
      text: 'serverDelay=5s for 30s',
      failure: { status: 200, after: '5s' },
      forMs: 30_000,
      fromMs: undefined,
    });
    expect(parseDisturbance('serverStatus=503 for 10s from 1m')).toMatchObject({
      failure: { status: 503, after: '0s' },
      forMs: 10_000,
      fromMs: 60_000,
    });
    expect(parseDisturbance('serverDelay = uniform(1s, 2s) for 5s').failure.after).toBe(
      'uniform(1s, 2s)',
    );
  });

  it.each([
    ['slow', /write it as <what>=<value> for <time>/],
    ['serverDelay=5s', /write it as <what>=<value> for <time>/],
    [
      'maxConnections=1 for 30s',
      /'maxConnections' is nothing that servers can be disturbed in .* They can be in: serverDelay, serverStatus/,
    ],
    ['serverdelay=5s for 30s', /Did you mean 'serverDelay'\?/],
    ['serverDelay=slow for 30s', /'slow' is no serverDelay: it must be a time such as '50ms'/],
    ['serverStatus=200 for 30s', /'200' is no serverStatus: it must be a status from 400 to 599/],
    ['serverDelay=5s for ever', /'ever' is no time above 0/],
    ['serverDelay=5s for 0s', /'0s' is no time above 0/],
    ['serverDelay=5s for 5s from soon', /'soon' is no time above 0/],
  ])('%s is none', (text, message) => {
    expect(() => parseDisturbance(text)).toThrow(message);
  });
});
