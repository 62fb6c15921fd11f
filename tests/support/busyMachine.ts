/** A machine that is too busy says nothing about the mesh: such a test is skipped by name, never passed. */
import type { TestContext } from 'vitest';
import type { Observation } from '../../experiment/observation.ts';

/** Skips the test where a batch of the run was disturbed. */
export function skipIfDisturbed({ skip }: TestContext, { disturbed }: Observation): void {
  const [first] = disturbed;
  skip(first !== undefined, `the machine was too busy: ${first?.who ?? ''}, ${first?.lagMs} ms`);
}

/** Skips the test where the run could not be judged. */
export function skipIfInconclusive({ skip }: TestContext, { verdict }: Observation): void {
  skip(verdict.outcome === 'inconclusive', verdict.because);
}
