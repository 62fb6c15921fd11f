/** Configuration that cannot be used: one sentence from the CLI, no stack trace, nothing made. */
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
});
