/** `lab compare`: stacks that run, runs that were recorded, and what is neither. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { compare } from '../../../lab/commands/compare.ts';
import type { RunOptions } from '../../../lab/commands/prepare.ts';
import { observation as observationSchema } from '../../../experiment/observation.ts';
import type { Comparison } from '../../../experiment/comparison.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { observation, requests } from '../analysis/observed.ts';
import { lab } from '../../support/lab.ts';

const folder = temporaryFolder();

/** A file of this name, and its path. */
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const five = file('five.json', observation({ stack: 'mine', requests: requests(5) }));
const ten = file('ten.json', observation({ stack: 'mine', requests: requests(10) }));

describe.concurrent('lab compare', () => {
  it('runs two stacks, side by side', async () => {
    const { code, stdout, stderr } = await lab([
      ...['compare', 'fail-fast', 'baseline', '--json', '--time-scale', '0.02'],
      ...['--set', 'batchInterval=6s', '--set', 'maxConnections=3'],
    ]);
    expect(code).toBe(0);
    const { names, configuration, differences, observations } = JSON.parse(stdout) as Comparison;
    expect(names).toEqual(['fail-fast', 'baseline']);
    expect(configuration).toEqual([{ name: 'http1MaxPendingRequests', values: ['1', '0'] }]);
    expect(differences).toContainEqual(
      expect.stringMatching(/^fail-fast answers \d+(\.\d)? % of its requests, baseline 100 %\.$/),
    );
    const runs = observations.map((run) => observationSchema.parse(run));
    expect(runs.map(({ stack }) => stack)).toEqual(names);
    expect(runs.map(({ timeScale }) => timeScale)).toEqual([0.02, 0.02]);
    expect(stderr).toMatch(/^1\/2 [a-z-]+: .*\n2\/2 [a-z-]+: .*\n$/);
  });

  it('reads two recorded runs, without running anything', async () => {
    const { code, stdout, stderr } = await lab(['compare', five, ten]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`
five.json
ten.json

No notable difference in what was seen.

                      five.json           ten.json

settings              not known

outcomes      per batch, 1 warm  per batch, 1 warm
200 after 5s                  5                 10

verdict                   holds              holds
`);
  });

  it('runs what was not recorded, and knows the settings of what was from the same objects', async () => {
    const fast = ['--json', '--batches', '1', '--time-scale', '0.02'];
    const recorded = file('recorded.json', (await lab(['run', 'baseline', ...fast])).stdout);
    const { code, stdout, stderr } = await lab(['compare', recorded, 'fail-fast', ...fast]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^1\/1 fail-fast: .*\n$/);
    const { names, configuration } = JSON.parse(stdout) as Comparison;
    expect(names).toEqual(['recorded.json', 'fail-fast']);
    expect(configuration).toContainEqual({ name: 'maxConnections', values: ['0', '5'] });
  });

  it('ends with 2 where one cannot run', async () => {
    const { code, stdout, stderr } = await lab([
      ...['compare', five, 'dev', '--json', '--set', 'url=http://nobody/x'],
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /"message":"dev could not run: pod circuitbreaker\/pyclient-0: URL 'http:\/\/nobody\/x'/,
    );
  });
});

describe('what lab compare cannot use', () => {
  it.each<[string, string, string, RunOptions, RegExp]>([
    ['a stack that is none', 'fail-fats', 'dev', {}, /Did you mean 'fail-fast'/],
    ['no JSON', file('text', 'abc'), 'dev', {}, /text: cannot be read as JSON: /],
    ['another document', file('{}', {}), 'dev', {}, /\{\}: is not an observation: stack: /],
    ['one of them twice', 'dev', 'dev', {}, /^'dev' would be compared with itself/],
    ['batches of recorded runs', five, ten, { batches: '2' }, /^--batches: both runs are recorded/],
    ['a scale for recorded runs', five, ten, { timeScale: '1' }, /^--time-scale: both runs are/],
    ['settings for recorded runs', five, ten, { set: ['a=b'] }, /^--set: both runs are recorded/],
    ['a wrong scale', 'dev', 'baseline', { timeScale: '0' }, /^--time-scale 0: must be a number/],
  ])('%s', async (_, a, b, options, message) => {
    const refusal = compare(a, b, options);
    await expect(refusal).rejects.toThrow(LabError);
    await expect(refusal).rejects.toThrow(message);
  });
});
