/** `lab outcomes`: proves what it prints of a recorded run, and what it says to what is none. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outcomes } from '../../../experiment/outcomes.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { labHere as lab } from '../../support/labHere.ts';
import { failFastWith } from '../analysis/observed.ts';

const disturbed = [{ batch: 2, lagMs: 900, toleratedMs: 500, who: 'the machine' }];
const file = join(temporaryFolder(), 'run.json');
writeFileSync(file, JSON.stringify(failFastWith({ disturbed })));

describe.concurrent('lab outcomes', () => {
  it('prints a table for people', async () => {
    expect(await lab(['outcomes', file])).toEqual({
      code: 0,
      stderr: '',
      stdout: `fail-fast: 1 warm batch

requests of a batch   mean  median  95 % of batches
answered/1            5.00       5                5
answered/2            1.00       1                1
client-proxy/pending  4.00       4                4

answered within: p50 5000 ms, p90 10011 ms, p99 10011 ms

1 further warm batch is left out, for what the machine did to it
`,
    });
  });

  it('prints a document for programs', async () => {
    const { code, stdout } = await lab(['outcomes', file, '--json']);
    expect(code).toBe(0);
    const { source, samples } = outcomes.parse(JSON.parse(stdout));
    expect(source).toBe('local');
    expect(samples).toHaveLength(1);
  });

  it('refuses what is no recorded run', async () => {
    const { code, stdout, stderr } = await lab(['outcomes', 'package.json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^package.json: is not an observation: .*lab run <stack> --json\n$/);
  });
});
