/** Which format a command prints in, and what it refuses before anything starts. */
import { describe, expect, it } from 'vitest';
import { formatIn, outputOf, outputOptions } from '../../../lab/commands/output.ts';
import { FORMATS } from '../../../lab/report/formats.ts';
import { labHere as lab } from '../../support/labHere.ts';

describe('the format', () => {
  it.each([
    ['list', 'text'],
    ['list --json', 'json'],
    ['list --format json', 'json'],
    ['run fail-fast --format=json', 'json'],
    ['run fail-fast --format json --format text', 'text'],
    ['run fail-fast --format', 'text'],
    ['run fail-fast --format xml', 'text'],
    ['run fail-fast --format toString', 'text'],
  ])('of lab %s is %s', (words, name) => {
    expect(formatIn(words.split(' '))).toBe(FORMATS[name]);
  });

  it('is one that tells of the document, in the choices and in the end', () => {
    const [option] = outputOptions('observation', 'summary');
    expect(option?.argChoices).toEqual(['text', 'json', 'junit']);
    const { stdout, stderr } = process;
    expect(outputOf('list', {}).progress).toBe(stdout);
    expect(outputOf('list', { json: true }).progress).toBe(stderr);
    expect(outputOf('list', { format: 'json' }).progress).toBe(stderr);
  });
});

it.concurrent.each([
  [['list', '--format', 'xml'], /argument 'xml' is invalid\. Allowed choices are text, json\./],
  [['run', 'dev', '--format', 'text', '--json'], /'--json' cannot be used with option '--format/],
])('lab %j is refused', async (args, why) => {
  const { code, stdout, stderr } = await lab(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(why);
});
