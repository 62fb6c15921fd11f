import { describe, expect, it } from 'vitest';
import type { Check } from '../../../experiment/observation.ts';
import type { Summary } from '../../../experiment/summary.ts';
import { summaryReport } from '../../../lab/report/summary.ts';
import { observation, refused, requests } from '../analysis/observed.ts';

function check(given: Partial<Check> = {}): Check {
  return { name: 'answered', expected: '5 to 6', seen: '5 5', outcome: 'holds', ...given };
}

const failFast = observation({
  requests: [
    ...requests(2, { batch: 0, warmUp: true }),
    ...requests(5, { batch: 1 }),
    ...requests(4, { batch: 1, ...refused }),
    ...requests(5, { batch: 2 }),
    ...requests(1, { batch: 2, ...refused, refusedBy: 'server-proxy/pending' }),
  ],
  verdict: { outcome: 'holds', checks: [check()] },
});

const bypass = observation({
  stack: 'bad-server-bypass',
  durationMs: 80_000,
  experiment: { load: 'paced' },
  requests: requests(3),
  verdict: {
    outcome: 'does not hold',
    checks: [
      check({ name: 'ejected', expected: '1', seen: '0', outcome: 'does not hold' }),
      check(),
      check({
        name: 'nothing broke',
        expected: 'no fault',
        seen: 'Envoy died',
        outcome: 'does not hold',
      }),
    ],
  },
});

function summary(given: Partial<Summary> = {}): Summary {
  return {
    timeScale: 1,
    durationMs: 81_250,
    outcome: 'holds',
    observations: [failFast],
    failures: [],
    ...given,
  };
}

describe('the summary of many runs', () => {
  it('has what was predicted of each beside what was seen', () => {
    const range = { mean: 5, p2_5: 4, p50: 5, p97_5: 5 };
    const prediction = { seeds: 25, outcomes: { 'answered/1': range }, latency: null };
    const text = summaryReport(summary({ observations: [{ ...failFast, prediction }] }), false);
    expect(text).toMatch(/Predicted beside observed/);
    expect(text).toMatch(/fail-fast +answered\/1 +5 +\(4 - 5\) +5\.0 +5 5 +inside/);
    expect(text).toMatch(/client-proxy\/pending.+outside/);
    expect(summaryReport(summary(), false)).not.toMatch(/Predicted/);
  });

  it('has a line for each, with every cause of refusals', () => {
    expect(summaryReport(summary(), false)).toBe(`\
stack      requests  answered  refused                 warm batches    time  verdict
fail-fast        17        12  4 client-proxy/pending             2  12.3 s  holds
                               1 server-proxy/pending

1 of 1 verdicts hold, after 81.3 s.
`);
  });

  it('tells what was expected and seen where a verdict does not hold', () => {
    const two = summary({
      outcome: 'does not hold',
      timeScale: 0.2,
      observations: [bypass, failFast],
    });
    expect(summaryReport(two, false)).toBe(`\
stack              requests  answered  refused                 warm batches    time  verdict
bad-server-bypass         3         3  .                                  .  80.0 s  FAILS
fail-fast                17        12  4 client-proxy/pending             2  12.3 s  holds
                                       1 server-proxy/pending

What does not hold                 expected  seen
bad-server-bypass   ejected        1         0
bad-server-bypass   nothing broke  no fault  Envoy died

1 of 2 verdicts hold at time scale 0.2, after 81.3 s.
`);
  });

  it('tells once why one could not be judged, not every check of it', () => {
    const checks = [check({ outcome: 'inconclusive' }), check({ outcome: 'inconclusive' })];
    const verdict = {
      outcome: 'inconclusive',
      because: 'the machine was too busy',
      checks,
    } as const;
    const seen = observation({ stack: 'servicex', experiment: { load: 'paced' }, verdict });
    const text = summaryReport(summary({ outcome: 'inconclusive', observations: [seen] }), false);
    expect(text).toMatch(/^servicex .* inconclusive$/m);
    expect(text).toContain(
      '\nWhat could not be judged:\n  servicex: the machine was too busy\n\n0 of 1',
    );
    expect(text).not.toContain('What does not hold');
  });

  it('tells why an experiment could not run', () => {
    const failures = [
      { stack: 'dev', code: 'input' as const, reason: 'Pulumi.dev.yaml:3: not valid YAML' },
    ];
    expect(summaryReport(summary({ outcome: 'does not hold', observations: [], failures }), false))
      .toBe(`\
What could not run:
  dev: Pulumi.dev.yaml:3: not valid YAML

0 of 1 verdicts hold, after 81.3 s.
`);
  });

  it('is coloured only where that is wanted', () => {
    expect(summaryReport(summary(), true)).toContain('\u001b[32mholds\u001b[39m');
    expect(summaryReport(summary(), false)).not.toContain('\u001b');
  });
});
