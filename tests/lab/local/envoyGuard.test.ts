/** The script that keeps an Envoy from outliving the lab: with programs in Envoy's place, and with Envoy. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { findEnvoy } from '../../../lab/environment/envoyBinary.ts';
import type { Child } from '../../../lab/local/children.ts';
import { startEnvoy } from '../../../lab/local/envoyProcess.ts';
import { processesIn, until } from './support.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startLab, temporaryFilesOf } from '../../support/lab.ts';

const GUARD = fileURLToPath(new URL('../../../lab/local/envoyGuard.sh', import.meta.url));

/** A shell script in Envoy's place. */
function program(home: string, script: string): string {
  const path = join(home, 'envoy');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

interface Guard {
  readonly process: ChildProcess;
  /** The folder it made: its first line. */
  readonly folder: Promise<string>;
  /** Everything that it and what it runs printed. */
  readonly lines: string[];
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

function startGuard(
  home: string,
  envoy: string,
  { bootstrap = '{}\n', guard = GUARD } = {},
): Guard {
  const child = spawn(guard, [envoy, '--an-argument'], {
    cwd: home,
    env: { ...process.env, TMPDIR: temporaryFilesOf(home) },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write(bootstrap);
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  const folder = once(output, 'line').then(([line]) => String(line));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  return { process: child, folder, lines, ended };
}

const isSaid = (guard: Guard, line: string): Promise<true> =>
  until(`'${line}' is said`, () => guard.lines.includes(line) && true);

const leftIn = (home: string): string[] => readdirSync(temporaryFilesOf(home));

describe.concurrent('the guard', () => {
  it('gives what it runs the bootstrap, a place for the admin address, and its arguments', async () => {
    const home = temporaryFolder();
    const script = 'echo "$@"; cat bootstrap.json; exec sleep 600';
    const guard = startGuard(home, program(home, script), { bootstrap: '{"a":"b"}\n' });
    const folder = await guard.folder;
    await isSaid(guard, '{"a":"b"}');
    expect(guard.lines.slice(1)).toEqual([
      expect.stringMatching(/^\d+$/),
      `--an-argument --config-path ${folder}/bootstrap.json --admin-address-path ${folder}/admin-address`,
      '{"a":"b"}',
    ]);
    expect(leftIn(home)).toHaveLength(1);
    guard.process.stdin?.end();
    await guard.ended;
  });

  it('says the process id before what it runs says a word, however late it is itself', async () => {
    const home = temporaryFolder();
    const late = join(home, 'lateGuard.sh');
    const script = readFileSync(GUARD, 'utf8');
    const slowed = script.replace('</dev/null &\n', (started) => `${started}sleep 0.2\n`);
    expect(slowed).not.toBe(script);
    writeFileSync(late, slowed, { mode: 0o755 });
    const guard = startGuard(home, program(home, 'echo up; exec sleep 600'), { guard: late });
    await isSaid(guard, 'up');
    expect(guard.lines).toEqual([await guard.folder, expect.stringMatching(/^\d+$/), 'up']);
    guard.process.stdin?.end();
    await guard.ended;
  });

  it('ends it when its input ends, and removes the folder', async () => {
    const home = temporaryFolder();
    const guard = startGuard(home, program(home, 'echo up; exec sleep 600'));
    await isSaid(guard, 'up');
    expect(existsSync(await guard.folder)).toBe(true);
    guard.process.stdin?.end();
    // As a shell counts SIGTERM.
    expect(await guard.ended).toEqual({ code: 143, signal: null });
    expect(leftIn(home)).toEqual([]);
  });

  it('lets it flush what it has to say after that', async () => {
    const home = temporaryFolder();
    const script = "trap 'echo goodbye; exit 0' TERM; echo up; while :; do sleep 0.05; done";
    const guard = startGuard(home, program(home, script));
    await isSaid(guard, 'up');
    guard.process.stdin?.end();
    expect(await guard.ended).toEqual({ code: 0, signal: null });
    expect(guard.lines.at(-1)).toBe('goodbye');
  });

  it('kills what does not listen', async () => {
    const home = temporaryFolder();
    const script = "trap '' TERM; echo up; while :; do sleep 0.05; done";
    const guard = startGuard(home, program(home, script));
    await isSaid(guard, 'up');
    guard.process.stdin?.end();
    // As a shell counts SIGKILL.
    expect(await guard.ended).toEqual({ code: 137, signal: null });
    expect(leftIn(home)).toEqual([]);
  });

  it('ends with what it runs, with its exit code', async () => {
    const home = temporaryFolder();
    const guard = startGuard(home, program(home, 'exit 3'));
    expect(await guard.ended).toEqual({ code: 3, signal: null });
    expect(leftIn(home)).toEqual([]);
  });

  it('is not ended by the signals of a terminal, which go to everyone', async () => {
    const home = temporaryFolder();
    const guard = startGuard(home, program(home, 'echo up; exec sleep 600'));
    await isSaid(guard, 'up');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) guard.process.kill(signal);
    guard.process.stdin?.end();
    expect(await guard.ended).toEqual({ code: 143, signal: null });
    expect(leftIn(home)).toEqual([]);
  });

  it('leaves nothing where the lab died before it had read or written anything', async () => {
    const home = temporaryFolder();
    const guard = startGuard(home, program(home, 'exec sleep 600'), { bootstrap: '' });
    guard.process.stdout?.destroy();
    guard.process.stdin?.end();
    guard.folder.catch(() => undefined);
    await once(guard.process, 'exit');
    expect(leftIn(home)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'outlives no lab that is killed',
    async ({ onTestFinished }) => {
      const home = temporaryFolder();
      const script = `
      const { spawn } = require('node:child_process');
      const guard = spawn(${JSON.stringify(GUARD)}, [${JSON.stringify(program(home, 'echo up; exec sleep 600'))}], {
        detached: true, stdio: ['pipe', 'inherit', 'ignore'],
      });
      guard.stdin.write('{}\\n');`;
      const lab = spawn(process.execPath, ['-e', script], {
        cwd: home,
        env: { ...process.env, TMPDIR: temporaryFilesOf(home) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => {
        lab.kill('SIGKILL');
      });
      let said = '';
      lab.stdout.on('data', (part: Buffer) => (said += part.toString()));
      await until('it is up', () => said.endsWith('up\n'));
      expect(processesIn(home).length).toBeGreaterThan(2);
      lab.kill('SIGKILL');
      await until('no process is alive', () => processesIn(home).length === 0);
      expect(leftIn(home)).toEqual([]);
    },
  );
});

/** A bootstrap with one listener, which closes every connection. */
const BOOTSTRAP = {
  admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
  static_resources: {
    listeners: [
      {
        name: 'a-listener',
        address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
        filter_chains: [
          {
            filters: [
              {
                name: 'echo',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo',
                },
              },
            ],
          },
        ],
      },
    ],
  },
};

describe.concurrent('an Envoy', () => {
  it('is there when it is ready, with its ports, and gone when it was stopped', async () => {
    const { path: binary } = await findEnvoy();
    const children: Child[] = [];
    const envoy = await startEnvoy({
      binary,
      name: 'the sidecar of a pod',
      concurrency: 1,
      bootstrap: BOOTSTRAP,
      onStart: (child) => children.push(child),
      onAccessLog: () => undefined,
      flushMs: 25,
    });
    expect(children).toEqual([envoy.child]);
    expect([...envoy.ports.keys()]).toEqual(['a-listener']);
    expect(await envoy.admin.listeners()).toEqual([
      { name: 'a-listener', port: envoy.ports.get('a-listener') },
    ]);
    await envoy.child.stop();
    await expect(envoy.admin.listeners()).rejects.toThrow('ECONNREFUSED');
  });

  it('that refuses its configuration is reported with its last words', async () => {
    const { path: binary } = await findEnvoy();
    const starting = startEnvoy({
      binary,
      name: 'the sidecar of a pod',
      concurrency: 1,
      bootstrap: { no_such_field: 1 },
      onStart: () => undefined,
      onAccessLog: () => undefined,
      flushMs: 25,
    });
    await expect(starting).rejects.toThrow(LabError);
    await expect(starting).rejects.toThrow(/^the sidecar of a pod ended .*no_such_field/s);
  });

  it('that cannot start ends the whole run, with one message and nothing left', async () => {
    const home = temporaryFolder();
    const envoy = program(
      home,
      `if [ "$1" = --version ]; then
         echo "envoy  version: 9e5580933739775e/1.40.0/Clean/RELEASE/BoringSSL"
       else
         echo "no such thing" >&2; exit 1
       fi`,
    );
    const lab = startLab(['run', 'dev', '--set', 'serverReplicas=3'], home, { ENVOY_PATH: envoy });
    const { code, stdout, stderr } = await lab.ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^the sidecar of circuitbreaker\/pyserver-\d ended during the run \(exit code 1\)\n {2}no such thing\n$/,
    );
    expect(leftIn(home)).toEqual([]);
  });
});
