/** Proves that a run's checks are JUnit's cases: failed, skipped where nobody can tell, or passed. */
import { XMLParser } from 'fast-xml-parser';
import { expect, it } from 'vitest';
import { junit } from '../../../lab/report/junit.ts';
import { failFastWith } from '../analysis/observed.ts';

it('has a case for each check', () => {
  const observation = failFastWith({
    verdict: {
      outcome: 'does not hold',
      because: 'the machine was busy',
      checks: [
        { name: 'answered', expected: '5', seen: '5', outcome: 'holds' },
        { name: 'refused', expected: '4', seen: '<9>', outcome: 'does not hold' },
        { name: 'ejected', expected: '1', seen: '0', outcome: 'inconclusive' },
      ],
    },
  });
  const text = junit.renderers.observation?.(observation, false) ?? '';
  const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(text) as {
    testsuites: object;
  };
  expect(testsuites).toMatchObject({
    '@_tests': '3',
    '@_failures': '1',
    '@_skipped': '1',
    testsuite: {
      '@_name': 'fail-fast',
      testcase: [
        { '@_name': 'answered' },
        { '@_name': 'refused', failure: { '@_message': 'expected 4, seen <9>' } },
        { '@_name': 'ejected', skipped: { '@_message': 'the machine was busy' } },
      ],
    },
  });
});
