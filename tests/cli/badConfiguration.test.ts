/** Configuration that cannot be used: one sentence from the CLI, no stack trace, nothing made. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeWithCli, Project, QUICK } from './support.ts';

describeWithCli('pulumi preview', () => {
  const project = new Project('bad', QUICK);

  beforeAll(async () => {
    await project.run('pulumi', ['stack', 'init', 'bad']);
  });

  it.each([
    [
      { maxConections: 5 },
      "error: Pulumi.bad.yaml: unknown key 'maxConections'. Did you mean 'maxConnections'?",
    ],
    // Pulumi's own check, from what Pulumi.yaml declares.
    [
      { maxConnections: 'five' },
      "error: validating stack config: Stack 'bad' with configuration key 'maxConnections' must be of type 'integer'",
    ],
    [
      { serverDelay: 'soon' },
      "error: Pulumi.bad.yaml: serverDelay: 'soon' is not allowed. Allowed: ",
    ],
    [
      { outlierDetection: { intervall: '1s' } },
      'error: Pulumi.bad.yaml: outlierDetection: \'{"intervall":"1s"}\' is not allowed',
    ],
  ])('refuses %j', async (settings, message) => {
    project.configure({ ...QUICK, ...settings });
    const { code, stdout, stderr } = await project.pulumi('preview');
    const said = stdout + stderr;
    expect(code).not.toBe(0);
    expect(said).toContain(message);
    // The CLI shows it while it runs, and once more in the end.
    expect(said.split(message).length).toBeLessThanOrEqual(3);
    expect(said).not.toMatch(/^\s+at /m);
    expect(said).not.toMatch(/kubernetes:/);
  });

  it('ends with an example that works when it is typed', async () => {
    for (const [settings, command] of [
      [{ outlierDetection: { intervall: '1s' } }, '--path outlierDetection.consecutive5xxErrors 5'],
      [{ gateways: ['everywhere'] }, "--path 'gateways[0]' mesh"],
      [{ fault: { abort: { httpStatus: 9 } } }, '--path fault.abort.httpStatus 503'],
      [{ serverDelay: '100000h' }, 'serverDelay 5s'],
    ] as const) {
      project.configure({ ...QUICK, ...settings });
      const { stdout, stderr } = await project.pulumi('preview');
      const typed = /For example: (pulumi config set .*)/.exec(stdout + stderr)?.[1] ?? 'false';
      expect(typed).toBe(`pulumi config set ${command}`);
      expect(await project.run('/bin/sh', ['-c', `${typed} --stack bad`])).toMatchObject({
        code: 0,
      });
      const key = Object.keys(settings)[0] ?? '';
      // What else is wrong in it is said next.
      if (key !== 'outlierDetection') await project.succeed('preview');
    }
  });
});

describeWithCli('pulumi up on a machine without an Envoy', () => {
  const project = new Project('bare', QUICK);

  it('says so before anything is made', async () => {
    await project.run('pulumi', ['stack', 'init', 'bare']);
    const { code, stdout } = await project.run(
      'pulumi',
      ['up', '--yes', '--skip-preview', '--stack', 'bare', '--color', 'never'],
      { ENVOY_PATH: '/no/such/envoy' },
    );
    expect(code).not.toBe(0);
    expect(stdout).toContain('ENVOY_PATH is /no/such/envoy, which does not exist');
    expect(stdout).not.toMatch(/kubernetes:.* created/);
    expect(existsSync(join(project.folder, '.lab/bare'))).toBe(false);
  });
});
