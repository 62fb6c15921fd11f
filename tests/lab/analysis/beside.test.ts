/** What was predicted beside what was seen: outcome by outcome, and what lies outside of the range. */
import { describe, expect, it } from 'vitest';
import type { Foretold } from '../../../experiment/foretold.ts';
import { observation as schema } from '../../../experiment/observation.ts';
import { besideOf } from '../../../lab/analysis/beside.ts';
import { terminalReport } from '../../../lab/report/terminal.ts';
import { failFast, failFastWith } from './observed.ts';

const range = (p2_5: number, p50: number, p97_5: number): Foretold['outcomes'][string] => ({
  mean: p50,
  ...{ p2_5, p50, p97_5 },
});

/** As the recorded run came out: two warm batches of 5, 1 and 4. */
const right: Foretold = {
  seeds: 20,
  outcomes: {
    'answered/1': range(4, 5, 5),
    'answered/2': range(0, 1, 1),
    'client-proxy/pending': range(4, 4, 6),
  },
  latency: { p50: 5000, p90: 10_000, p99: 10_010 },
};

it('counts the warm batches alone, in the words of the prediction', () => {
  expect(besideOf(failFast, right)).toMatchObject([
    { outcome: 'answered/1', observed: [5, 5], mean: 5, outside: false },
    { outcome: 'answered/2', observed: [1, 1], mean: 1, outside: false },
    { outcome: 'client-proxy/pending', observed: [4, 4], mean: 4, outside: false },
  ]);
});

describe('outside lies', () => {
  const outside = (outcomes: Foretold['outcomes']): string[] =>
    besideOf(failFast, { ...right, outcomes: { ...right.outcomes, ...outcomes } })
      .filter((row) => row.outside)
      .map(({ outcome }) => outcome);

  it('what was seen more or less often than 95 % of the predicted batches show', () => {
    expect(outside({ 'answered/1': range(6, 7, 8) })).toEqual(['answered/1']);
    expect(outside({ 'client-proxy/pending': range(0, 1, 3) })).toEqual(['client-proxy/pending']);
  });

  it('what was predicted and never seen, and what was seen and never predicted', () => {
    expect(outside({ 'server-proxy/pending': range(2, 3, 4) })).toEqual(['server-proxy/pending']);
    const { 'answered/2': _, ...others } = right.outcomes;
    expect(
      besideOf(failFast, { ...right, outcomes: others }).find((row) => row.outside)?.outcome,
    ).toBe('answered/2');
  });
});

it('compares nothing where no batch was warm and undisturbed', () => {
  const disturbed = [1, 2].map((batch) => ({
    batch,
    lagMs: 900,
    toleratedMs: 500,
    who: 'somebody',
  }));
  expect(besideOf(failFastWith({ disturbed }), right)).toEqual([]);
});

describe('the report', () => {
  const report = (prediction: unknown): string =>
    terminalReport(schema.parse({ ...failFast, prediction }), false);

  it('shows both, and says that all lies inside', () => {
    expect(report(right)).toContain(
      `Predicted beside observed, in a warm batch:
                      predicted           seen  by batch
answered/1                    5  (4 - 5)   5.0  5 5       inside
answered/2                    1  (0 - 1)   1.0  1 1       inside
client-proxy/pending          4  (4 - 6)   4.0  4 4       inside
`,
    );
    expect(report(right)).toContain('All lies inside of what 95 % of 20 simulated runs show.');
  });

  it('names what lies outside', () => {
    const outcomes = { ...right.outcomes, 'answered/1': range(6, 7, 8) };
    expect(report({ ...right, outcomes })).toContain(
      'Outside of what 95 % of 20 simulated runs show: answered/1.',
    );
  });

  it('says in one line why there is none, and says nothing where nobody asked', () => {
    expect(report({ problem: 'nobody sends' })).toContain('\nNot predicted: nobody sends\n');
    expect(terminalReport(failFast, false)).not.toMatch(/predict/i);
  });
});
