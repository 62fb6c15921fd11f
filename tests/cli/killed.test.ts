/** A CLI that is killed while an experiment runs: nothing of it goes on, and the next one works. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { describeWithCli, Project, QUICK } from './support.ts';

describeWithCli('pulumi up', () => {
  const project = new Project('killed', { ...QUICK, batches: 1000 });

  /** All but Pulumi's own plugins, which look for their CLI only every few minutes. */
  const processes = (): string[] =>
    project
      .processes()
      .map(({ command }) => command)
      .filter((command) => !/pulumi-(language|resource)-|@pulumi\/pulumi\/cmd\/run/.test(command));

  it('killed in the middle of a run leaves no process, and the next one recovers', async () => {
    await project.run('pulumi', ['stack', 'init', 'killed']);
    const cli = project.start('pulumi', ['up', '--yes', '--stack', 'killed']);
    const ended = once(cli, 'close');
    await expect
      .poll(processes, { timeout: 60_000 })
      .toContainEqual(expect.stringMatching(/apps\/client\/main\.ts/));
    cli.kill('SIGKILL');
    await expect.poll(processes, { timeout: 10_000 }).toEqual([]);
    await ended;

    project.configure(QUICK);
    const locked = await project.pulumi('up', '--yes');
    expect(locked.code).not.toBe(0);
    expect(locked.stderr + locked.stdout).toMatch(/the stack is currently locked/);

    await project.run('pulumi', ['cancel', '--yes', 'killed']);
    const said = await project.succeed('up', '--yes');
    expect(said).toMatch(/interrupted while creating/);
    expect(await project.changes()).toEqual({});

    await project.succeed('destroy', '--yes');
    expect(Object.keys(project.files()).filter((path) => path.startsWith('.lab'))).toEqual([]);
  });
});
