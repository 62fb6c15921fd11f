/** The components in a program of somebody else, in another folder, destroyed from yet another. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { observation as observationSchema } from '../../experiment/observation.ts';
import { ROOT } from '../support/project.ts';
import { describeWithCli, Project, QUICK } from './support.ts';

const PROGRAM = `
import { BatchClient } from '${ROOT}components/client.ts';
import { CircuitBreaker } from '${ROOT}components/circuitBreaker.ts';
import { ExperimentRecord } from '${ROOT}components/experimentRecord.ts';
import { ExperimentRun } from '${ROOT}components/experimentRun.ts';
import { LocalPlatform } from '${ROOT}components/localPlatform.ts';
import { MeshNamespace } from '${ROOT}components/meshNamespace.ts';
import { Preflight } from '${ROOT}components/preflight.ts';
import { RecordFolder } from '${ROOT}components/recordFolder.ts';
import { Server } from '${ROOT}components/server.ts';
import { experiment } from '${ROOT}experiment/experiment.ts';

const folder = new RecordFolder('record', 'out put/shop', { dependsOn: new Preflight('preflight') });
const local = new LocalPlatform('local', folder);
const { namespace } = new MeshNamespace('shop', {}, local.options);
const server = new Server('cart', { namespace, delay: '50ms' }, local.options);
new CircuitBreaker('cart', {
  namespace,
  host: server.host,
  trafficPolicy: { connectionPool: { tcp: { maxConnections: 2 } } },
}, local.options);
new ExperimentRecord('experiment', {
  namespace,
  experiment: experiment.parse({ stack: 'shop', serviceTime: '50ms', batches: 1 }),
}, local.options);
new BatchClient('buyer', { namespace, url: server.url, interval: '200ms' }, local.options);
export const { verdict, report } = new ExperimentRun('run', { inventory: local.inventory, folder });
`;

describeWithCli("somebody else's program", () => {
  const project = new Project('unused', QUICK);
  const folder = join(project.backend, 'shop program');

  it('runs an experiment, and leaves nothing after a destroy from another folder', async () => {
    mkdirSync(folder);
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'index.ts'), PROGRAM);
    writeFileSync(
      join(folder, 'Pulumi.yaml'),
      'name: shop\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.ts\n',
    );
    const inside = ['--cwd', folder, '--stack', 'shop', '--color', 'never'];
    await project.run('pulumi', ['--cwd', folder, 'stack', 'init', 'shop']);
    const up = await project.run('pulumi', ['up', '--yes', ...inside]);
    expect(up.code, up.stdout + up.stderr).toBe(0);

    const seen = observationSchema.parse(
      JSON.parse(readFileSync(join(folder, 'out put/shop/run/observation.json'), 'utf8')),
    );
    expect(seen.requests).toHaveLength(10);
    expect(seen.requests.map(({ status }) => status)).toEqual(Array(10).fill(200));

    // No folder of a project: only what is in the state.
    const destroy = ['destroy', '--yes', '--stack', 'organization/shop/shop', '--color', 'never'];
    const gone = await project.run('pulumi', ['--cwd', project.backend, ...destroy]);
    expect(gone.code, gone.stdout + gone.stderr).toBe(0);
    expect(existsSync(join(folder, 'out put/shop'))).toBe(false);
  });

  it('does not share the folder of another backend, and says so', async () => {
    const inside = ['--cwd', folder, '--stack', 'shop', '--color', 'never'];
    expect(await project.run('pulumi', ['up', '--yes', ...inside])).toMatchObject({ code: 0 });
    const other = join(project.backend, 'other');
    mkdirSync(other);
    const env = { PULUMI_BACKEND_URL: `file://${other}` };
    await project.run('pulumi', ['--cwd', folder, 'stack', 'init', 'shop'], env);
    const { code, stdout } = await project.run('pulumi', ['up', '--yes', ...inside], env);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/out put\/shop is there already: it belongs to a stack of this name/);
    await project.run('pulumi', ['destroy', '--yes', ...inside], env);
    expect(existsSync(join(folder, 'out put/shop/run/report.txt'))).toBe(true);
  });
});
