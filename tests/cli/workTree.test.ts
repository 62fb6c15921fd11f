/** Whatever is done to the stacks of a clone, the files that git has stay as they are. */
import { execFileSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { listStacks } from '../../config/stackFiles.ts';
import { ROOT } from '../support/project.ts';
import { describeWithCli, Project } from './support.ts';

describeWithCli('the work tree', () => {
  const project = new Project('dev', {});
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: project.folder, encoding: 'utf8' });
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];

  beforeAll(() => {
    // As the repository has it, but for the links to what it shares.
    execFileSync('cp', [`${ROOT}/Pulumi.dev.yaml`, project.folder]);
    git('init', '--quiet');
    git('add', '--all');
    git(...identity, 'commit', '--quiet', '--message', 'as it was');
  });

  it('is clean after init, up, destroy and rm', async () => {
    for (const stack of listStacks(ROOT)) {
      expect(await project.run('pulumi', ['stack', 'init', stack])).toMatchObject({ code: 0 });
    }
    expect(git('status', '--porcelain')).toBe('');
    await project.succeed('up', '--yes', '--skip-preview');
    expect(git('status', '--porcelain')).toBe('');
    await project.succeed('destroy', '--yes');
    for (const stack of listStacks(ROOT)) {
      const rm = ['stack', 'rm', '--yes', '--preserve-config', '--stack', stack];
      expect(await project.run('pulumi', rm)).toMatchObject({ code: 0 });
    }
    expect(git('status', '--porcelain')).toBe('');
  });

  it('has, after a plain rm, what README says how to bring back', async () => {
    await project.run('pulumi', ['stack', 'init', 'dev']);
    await project.run('pulumi', ['stack', 'rm', '--yes', '--stack', 'dev']);
    expect(git('status', '--porcelain').trim()).toBe('D Pulumi.dev.yaml');
    const restore = /git checkout -- '?Pulumi\.\*\.yaml'?/.exec(project.text('README.md'))?.[0];
    execFileSync('/bin/sh', ['-c', restore ?? 'false'], { cwd: project.folder, stdio: 'pipe' });
    expect(git('status', '--porcelain')).toBe('');
  });

  it('differs, after pulumi config set, in that one line', async () => {
    await project.run('pulumi', ['stack', 'init', 'dev']);
    await project.succeed('config', 'set', 'maxConnections', '7');
    const changed = git('diff', '--unified=0')
      .split('\n')
      .filter((line) => /^[-+][^-+]/.test(line));
    expect(changed.map((line) => line.trim())).toEqual([
      '-  circuit-lab:maxConnections: "5"',
      '+  circuit-lab:maxConnections: "7"',
    ]);
  });
});
