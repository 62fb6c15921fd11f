/** An annotation with a reason sets a finding aside; one without is a finding itself. */
import { describe, expect, it } from 'vitest';
import { policy } from '../../../lab/lint/manifests.ts';
import { writeYaml } from '../../../lab/objects/yaml.ts';
import { idsOf, lintText } from './linted.ts';

function linted(ignore: string): ReturnType<typeof lintText> {
  const object = policy({
    outlierDetection: { consecutiveGatewayErrors: 10, interval: '5m', maxEjectionPercent: 50 },
  });
  const annotations = { 'circuit-lab/lint-ignore': ignore };
  return lintText(writeYaml({ ...object, metadata: { ...object.metadata, annotations } }));
}

describe('circuit-lab/lint-ignore', () => {
  it('with a reason sets aside what it names, and that alone', () => {
    const { found, suppressed } = linted('CL004: the answers are all 504');
    expect(found.map(({ finding }) => finding.rule)).toEqual(['CL025']);
    expect(suppressed).toMatchObject([{ rule: 'CL004', because: 'the answers are all 504' }]);
  });

  it.each(['CL004: one; with a semicolon\nCL025: two', 'CL004: one; with a semicolon; CL025: two'])(
    'names several: %j',
    (text) => {
      const { found, suppressed } = linted(text);
      expect(found).toEqual([]);
      expect(suppressed.map(({ because }) => because)).toEqual(['one; with a semicolon', 'two']);
    },
  );

  it.each([
    ['CL004', /'CL004' gives no reason/],
    ['CL004:', /'CL004:' gives no reason/],
    ['all of it', /'all of it' names no rule/],
    ['cl004: lower case', /'cl004: lower case' names no rule/],
  ])('%j is itself a finding, at its line, and sets nothing aside', (text, sentence) => {
    const result = linted(text);
    expect(idsOf(result)).toEqual(['CL000', 'CL004', 'CL025']);
    expect(result.suppressed).toEqual([]);
    const [first] = result.found;
    expect(first?.finding).toMatchObject({ rule: 'CL000', severity: 'error', line: 6 });
    expect(first?.finding.sentence).toMatch(sentence);
  });
});
