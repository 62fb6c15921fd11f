/** hey beside the project's own client: where it is asked for, and only there. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findHey } from '../../../lab/environment/heyBinary.ts';
import { observation } from '../../../experiment/observation.ts';
import { lab } from '../../support/lab.ts';
import { temporaryFolder } from '../../support/folder.ts';

const SMALL = ['run', 'envoy-lab', '--json', '--set', 'requests=20', '--set', 'workers=4'];

/** A program that leaves a trace where it is started, and the folder it is in. */
function trap(name: string): { folder: string; path: string; wasStarted: () => boolean } {
  const folder = temporaryFolder();
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n: > '${path}.trace'\nexit 1\n`);
  chmodSync(path, 0o755);
  return { folder, path, wasStarted: () => existsSync(`${path}.trace`) };
}

it('is not run where nobody asks for it, though it is on PATH', async () => {
  const hey = trap('hey');
  const run = await lab(SMALL, { PATH: `${hey.folder}:${process.env['PATH'] ?? ''}` });
  const seen = observation.parse(JSON.parse(run.stdout));
  expect(seen.requests).toHaveLength(20);
  expect(seen.external).toEqual([]);
  expect(hey.wasStarted()).toBe(false);
});

it('is asked for before anything starts, and told how to get where there is none', async () => {
  const envoy = trap('envoy');
  const run = await lab([...SMALL, '--hey'], { ENVOY_PATH: envoy.path, PATH: temporaryFolder() });
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(JSON.parse(run.stderr)).toEqual({
    error: {
      code: 'environment',
      message:
        '--hey: there is no hey on PATH. To get it: go install github.com/rakyll/hey@latest, and add ' +
        'the folder bin of `go env GOPATH` to PATH',
    },
  });
  expect(envoy.wasStarted()).toBe(false);
});

it.each([
  ['fails', 'echo no luck today >&2; exit 3', /failed with exit code 3: .*: no luck today$/],
  ['prints something else', 'echo response', /^hey printed no table with a column status-code$/],
])('leaves the run as it was where it %s, and says so', async (_, script, problem) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'hey'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'hey'), 0o755);
  const path = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  const run = await lab([...SMALL, '--set', 'serverDelay=100ms', '--hey'], path);
  const { requests, external, faults } = observation.parse(JSON.parse(run.stdout));
  expect(requests).toHaveLength(20);
  expect(faults).toEqual([]);
  expect(external).toEqual([
    {
      tool: 'hey',
      command: expect.stringMatching(/^hey -n 20 -c 4 /) as string,
      statuses: {},
      problem: expect.stringMatching(problem) as string,
    },
  ]);
});

const installed = await findHey();

it.skipIf(installed === null)('sends the same requests to a mesh of its own', async () => {
  const run = await lab([...SMALL, '--hey']);
  const { external, requests } = observation.parse(JSON.parse(run.stdout));
  expect(requests).toHaveLength(20);
  expect(external).toEqual([
    {
      tool: 'hey',
      command: expect.stringMatching(/^hey -n 20 -c 4 -o csv -host envoy:10000 http:/) as string,
      // Four workers find four connections: no limit is met.
      statuses: { 200: 20 },
    },
  ]);
});
