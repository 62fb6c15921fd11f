/** Every rule finds the fault of its own experiment, and nothing in the same without it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectation } from '../../../experiment/expectation.ts';
import { experimentFile } from '../../../experiment/experimentFile.ts';
import { lintRule } from '../../../experiment/lintReport.ts';
import { RULES } from '../../../lab/lint/rules.ts';
import { ROOT } from '../../support/project.ts';
import { idsOf, lintSide } from './linted.ts';

describe('the rules', () => {
  it('are those of the files, and at least 24', () => {
    const files = readdirSync(join(ROOT, 'lab/lint/rules')).sort();
    expect(RULES.map(({ id, name }) => `${id}-${name}.ts`)).toEqual(files);
    expect(RULES.length).toBeGreaterThanOrEqual(24);
  });

  it.each(RULES)('$id says what it is', ({ find: _, experiment, ...words }) => {
    expect(lintRule.parse(words)).toEqual(words);
    expect(experimentFile.safeParse(experiment.common).error).toBeUndefined();
    for (const { expect: expected } of [experiment.bad, experiment.good]) {
      expect(expected.length).toBeGreaterThan(0);
      for (const one of expected) expect(expectation.safeParse(one).error).toBeUndefined();
    }
    for (const text of [words.title, words.fix]) expect(text).not.toMatch(/\.$/);
  });
});

describe.each(RULES)('$id $name', ({ id, experiment }) => {
  it('finds the fault, and says where', () => {
    const { found } = lintSide(experiment, experiment.bad);
    const own = found.filter(({ finding }) => finding.rule === id);
    expect(own.length).toBeGreaterThan(0);
    for (const { finding } of own) {
      expect(finding.file).toBe('rules.yaml');
      expect(finding.line).toBeGreaterThan(0);
      expect(finding.sentence).not.toMatch(/undefined|NaN|\.$/);
    }
  });

  it('finds nothing where it is not there', () => {
    expect(idsOf(lintSide(experiment, experiment.good))).not.toContain(id);
  });
});
