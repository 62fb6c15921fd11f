/** How a command that fails ends: one message, as text or as JSON, and a code that tells why. */
import { describe, expect, it } from 'vitest';
import { LabError, environmentError } from '../../../errors/labError.ts';
import { failureOf } from '../../../lab/commands/failure.ts';
import { Interrupted } from '../../../lab/commands/interrupt.ts';
import { json } from '../../../lab/report/json.ts';
import { text } from '../../../lab/report/text.ts';
import { lab } from '../../support/lab.ts';
import { labHere } from '../../support/labHere.ts';

describe('a failure', () => {
  it.each([
    ['of the input', new LabError('no stack'), 2, { code: 'input', message: 'no stack' }],
    [
      'of the machine',
      environmentError('no Envoy'),
      2,
      { code: 'environment', message: 'no Envoy' },
    ],
    ['by Ctrl-C', new Interrupted('SIGINT'), 130, { code: 'interrupted' }],
  ])('%s is one message with its code', (_, error, exitCode, told) => {
    expect(failureOf(error, text)).toEqual({ exitCode, text: `${error.message}\n` });
    const forPrograms = failureOf(error, json);
    expect(forPrograms.exitCode).toBe(exitCode);
    expect(JSON.parse(forPrograms.text)).toMatchObject({ error: told });
  });

  it("of the lab's own has another exit code than bad input, and shows where it was", () => {
    const { exitCode, text: said } = failureOf(new TypeError('no such thing'), text);
    expect(exitCode).toBe(70);
    expect(said).toMatch(/^TypeError: no such thing\n +at /);
  });
});

describe.concurrent('with --json', () => {
  it.each([
    [['run', 'fail-fst', '--json'], 'input', /^no stack 'fail-fst'/],
    [['run', 'fail-fast', '--jsom', '--json'], 'input', /unknown option '--jsom'/],
    [['compare', 'fail-fast', '--json'], 'input', /missing required argument 'b'/],
  ])(
    'lab %j prints its error as JSON on standard error, and nothing else',
    async (args, code, why) => {
      const outcome = await labHere(args);
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      const { error } = JSON.parse(outcome.stderr) as { error: { code: string; message: string } };
      expect(error.code).toBe(code);
      expect(error.message).toMatch(why);
    },
  );
});

it('ends with 70 where it breaks outside of any command', async () => {
  const broken =
    "process.on('newListener',n=>n==='uncaughtException'&&setImmediate(()=>null.field))";
  const { code, stderr } = await lab(['list', '--json'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}`,
  });
  expect(code).toBe(70);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'crash' } });
});
