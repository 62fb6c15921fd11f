import { describe, expect, it } from 'vitest';
import { type Child, startChild } from '../../../lab/local/children.ts';

interface Recorded {
  readonly child: Child;
  readonly lines: string[];
  /** Resolves once the child has said this. */
  readonly said: (line: string) => Promise<void>;
}

type Options = Partial<Parameters<typeof startChild>[2]>;

function start(command: string, args: readonly string[], options: Options = {}): Recorded {
  const lines: string[] = [];
  const waiting = new Map<string, () => void>();
  const child = startChild(command, args, {
    name: 'the child',
    onLine(line) {
      lines.push(line);
      waiting.get(line)?.();
    },
    ...options,
  });
  const said = (line: string): Promise<void> =>
    new Promise((resolve) => {
      if (lines.includes(line)) resolve();
      else waiting.set(line, resolve);
    });
  return { child, lines, said };
}

const shell = (script: string, options?: Options): Recorded => start('sh', ['-c', script], options);

describe.concurrent('a child that ends by itself', () => {
  it.each([
    ['an exit code', 'exit 3', 'the child ended during the run (exit code 3)'],
    [
      'success, which nobody asked for either',
      'exit 0',
      'the child ended during the run (exit code 0)',
    ],
    ['a signal', 'kill -KILL $$', 'the child ended during the run (SIGKILL)'],
    [
      'its last words',
      'echo goodbye >&2; exit 1',
      'the child ended during the run (exit code 1)\n  goodbye',
    ],
  ])('is reported with %s', async (_, script, wanted) => {
    expect(await shell(script).child.unexpectedEnd).toBe(wanted);
  });

  it('is reported where it never began', async () => {
    const { child } = start('/no/such/program', [], { input: 'hello\n' });
    expect(await child.unexpectedEnd).toBe('the child ended during the run (ENOENT)');
    await child.stop();
  });

  it('was read to its end by then, and its last five lines of errors are told', async () => {
    const script = `
      for (let n = 1; n <= 20_000; n++) console.log(n);
      for (let n = 1; n <= 2000; n++) console.error('error ' + n);
      process.stdout.write('no newline at the end');
      process.exitCode = 1;`;
    const { child, lines } = start(process.execPath, ['-e', script]);
    const last = [1996, 1997, 1998, 1999, 2000].map((n) => `error ${n}`);
    expect(await child.unexpectedEnd).toBe(
      ['the child ended during the run (exit code 1)', ...last].join('\n  '),
    );
    expect(lines).toHaveLength(20_001);
    expect(lines.at(-1)).toBe('no newline at the end');
  });
});

describe.concurrent('a child that is stopped', () => {
  it('had its input open until then, is waited for, and is read to its end', async () => {
    const script = 'read word; echo "got $word"; cat; echo "input ended"; echo last';
    const { child, lines, said } = shell(script, { input: 'hello\n' });
    await said('got hello');
    expect(lines).toEqual(['got hello']);
    await child.stop();
    expect(lines).toEqual(['got hello', 'input ended', 'last']);
  });

  it('is not reported as ended, whatever its exit code', async () => {
    const { child, said } = shell('echo up; cat; exit 3');
    await said('up');
    await child.stop();
    // Whatever was to be reported is reported before a later turn of the event loop.
    const later = new Promise((resolve) => setImmediate(resolve)).then(() => 'nothing reported');
    expect(await Promise.race([child.unexpectedEnd, later])).toBe('nothing reported');
  });

  it('is killed where it does not end with its input', async () => {
    const { child, said } = shell('echo up; exec sleep 600');
    await said('up');
    // Would wait ten minutes without.
    await child.stop();
  });

  it('may be stopped twice', async () => {
    const { child, lines } = shell('cat; echo bye');
    await Promise.all([child.stop(), child.stop()]);
    await child.stop();
    expect(lines).toEqual(['bye']);
  });
});

describe.concurrent('the environment of a child', () => {
  const print = 'console.log(JSON.stringify(process.env))';

  it('is the one it is given, and nothing of ours', async () => {
    const { child, lines } = start(process.execPath, ['-e', print], { env: { DELAY: '5s' } });
    await child.stop();
    expect(JSON.parse(lines[0] ?? '')).toEqual({ DELAY: '5s' });
  });

  it('is ours where it is given none', async () => {
    const { child, lines } = start(process.execPath, ['-e', print]);
    await child.stop();
    expect(JSON.parse(lines[0] ?? '')).toEqual(process.env);
  });
});
