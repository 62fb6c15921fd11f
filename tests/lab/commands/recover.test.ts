/** `lab recover`: what comes back on real Envoys and what does not; and disturbances that are none. */
import { describe, expect, it } from 'vitest';
import { recovery } from '../../../experiment/recovery.ts';
import { lab, type Outcome } from '../../support/lab.ts';

const settings = (all: Record<string, string>): string[] =>
  Object.entries(all).flatMap(([key, value]) => ['--set', `${key}=${value}`]);

interface Case {
  readonly args: readonly string[];
  readonly comesBack: boolean;
  readonly because: RegExp;
}

const CASES: Record<string, Case> = {
  'retries of what timed out keep servers at work for nobody': {
    args: [
      ...['baseline', '--disturb', 'serverDelay=2s for 3s from 3s', '--watch', '7s'],
      ...settings({
        ...{ load: 'poisson', requestRate: '50/s', serverDelay: '100ms' },
        behaviour: '{"*":{"concurrency":10}}',
        retries: '{"attempts":3,"perTryTimeout":"300ms","retryOn":"5xx,reset"}',
      }),
    ],
    comesBack: false,
    because: /^Retries keep it down/,
  },
  'ejected servers return': {
    args: [
      ...['one-client-three-servers', '--disturb', 'serverStatus=503 for 3s from 3s'],
      ...['--watch', '9s'],
      ...settings({
        ...{ load: 'poisson', requestRate: '20/s', serverDelay: '200ms' },
        ...{ maxConnections: '0', http1MaxPendingRequests: '0' },
        outlierDetection:
          '{"consecutive5xxErrors":3,"interval":"1s","baseEjectionTime":"2s","maxEjectionPercent":100}',
      }),
    ],
    comesBack: true,
    because: /ejected endpoints .* have returned/,
  },
  'batches that find their servers well again': {
    args: ['fail-fast', '--disturb', 'serverDelay=20s for 40s', '--time-scale', '0.1'],
    comesBack: true,
    because: /^Nothing keeps it down/,
  },
};

/** What a busy machine could not tell is asked again. */
async function told(args: readonly string[]): Promise<Outcome> {
  let outcome = await lab(args);
  for (let again = 0; outcome.code === 3 && again < 2; again += 1) outcome = await lab(args);
  return outcome;
}

/** Of two experiments on a machine that does much else. */
const LONG_MS = 400_000;

describe('real Envoys do as is predicted', () => {
  it.for(Object.entries(CASES))(
    '%s',
    { timeout: LONG_MS },
    async ([, { args, comesBack, because }], { skip }) => {
      const { code, stdout, stderr } = await told(['recover', ...args, '--check', '--json']);
      expect(stderr).not.toMatch(/"error"/);
      if (code === 3) return skip('this machine is too busy to tell');
      const found = recovery.parse(JSON.parse(stdout));
      expect(found.back).toBe(comesBack ? found.seeds : 0);
      expect(found.because).toMatch(because);
      const { check, map } = found;
      expect(check?.own.backAfterMs === null).toBe(!comesBack);
      // Of what does not come back something near it does.
      if (!comesBack) {
        expect(check?.other?.backAfterMs).not.toBeNull();
        expect(map.some(({ carries, back, runs }) => carries && back === runs)).toBe(true);
      }
      expect(check?.agrees).toBe(true);
    },
  );
});

describe('what is no disturbance', () => {
  it.each([
    [
      'maxConnections=1 for 30s',
      [],
      /'maxConnections' is nothing that servers can be disturbed in/,
    ],
    ['serverDelay=soon for 30s', [], /'soon' is no serverDelay/],
    ['serverDelay=5s for 30s', ['--watch', 'long'], /--watch long: must be a time above 0/],
    [
      'serverDelay=5s for 30s',
      ['--set', 'load=replay', '--set', 'sendAt=0s, 1s'],
      /the load of pyclient-0 ends after 1s, and the disturbance only at 130s/,
    ],
    ['serverDelay=5s for 30s', ['--set', 'injection=false'], /changes nothing in this stack/],
  ])('%s %j', async (line, more, message) => {
    const { code, stdout, stderr } = await lab([
      'recover',
      'fail-fast',
      '--disturb',
      line,
      ...more,
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
