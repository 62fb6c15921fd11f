/** `npm run up` and `npm run down`: the CLI without an account and without set-up. */
import { expect, it } from 'vitest';
import { describeWithCli, Project, QUICK } from './support.ts';

describeWithCli('npm run', () => {
  const project = new Project('scripted', QUICK);
  const before = project.files();
  const tracked = (): Record<string, string> =>
    Object.fromEntries(Object.entries(project.files()).filter(([path]) => !isIgnored(path)));
  const isIgnored = (path: string): boolean => path.startsWith('.lab/');

  /** As a shell has it in which nothing is set for Pulumi. */
  const npm = (...args: string[]): ReturnType<Project['run']> =>
    project.run('npm', ['run', ...args], {
      PULUMI_BACKEND_URL: undefined,
      PULUMI_CONFIG_PASSPHRASE: undefined,
    });

  it('up makes the stack and runs it, down removes it; both touch no file outside .lab', async () => {
    for (const change of [/\+ \d+ created/, /\d+ unchanged/]) {
      const up = await npm('up', '--', 'scripted');
      expect(up).toMatchObject({ code: 0 });
      expect(up.stdout).toMatch(change);
      expect(project.text('.lab/scripted/run/report.txt')).toMatch(/The verdict holds\./);
      expect(tracked()).toEqual(before);
    }
    expect(await npm('down', '--', 'scripted')).toMatchObject({ code: 0 });
    const left = Object.keys(project.files()).filter(isIgnored);
    expect(left.filter((path) => !path.startsWith('.lab/pulumi/'))).toEqual([]);
    expect(tracked()).toEqual(before);
  });

  it('up refuses a stack without a file, and names the nearest', async () => {
    const { code, stderr } = await npm('up', '--', 'scriptd');
    expect(code).toBe(2);
    expect(stderr).toMatch(/no stack 'scriptd': .* Did you mean 'scripted'\?/);
  });
});
