/**
 * A stack whose objects are somebody's folder, from `pulumi preview` on. The tests go on from one
 * another, in their order.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { observation as observationSchema } from '../../experiment/observation.ts';
import { ROOT } from '../support/project.ts';
import { describeWithCli, Project } from './support.ts';

const RULE = 'kubernetes:networking.istio.io/v1:DestinationRule';
const EXPERIMENT = `
load: batch(8, every=300ms)
behaviour: { shop: 100ms }
batches: 2
`;

describeWithCli('a stack of somebody’s folder', () => {
  const project = new Project('theirs', { manifests: './theirs' });
  const folder = join(project.folder, 'theirs');
  mkdirSync(folder);
  cpSync(join(ROOT, 'tests/support/theirs'), folder, { recursive: true });
  writeFileSync(join(folder, 'experiment.yaml'), EXPERIMENT);
  const observed = (): ReturnType<typeof observationSchema.parse> =>
    observationSchema.parse(JSON.parse(project.text('.lab/theirs/run/observation.json')));
  const limits = (): number[] =>
    observed().proxies.flatMap(({ role, clusters }) =>
      role === 'client' ? clusters.map(({ thresholds }) => thresholds.max_connections) : [],
    );

  it('is previewed with every object of the folder', async () => {
    await project.run('pulumi', ['stack', 'init', 'theirs']);
    const made = Object.keys(await project.changes());
    for (const object of [
      'core/v1:Service',
      'apps/v1:Deployment',
      'networking.istio.io/v1:DestinationRule',
    ]) {
      expect(made).toContain(`create kubernetes:${object} manifests-circuitbreaker/shop`);
    }
  });

  it('is run by pulumi up as its own file says', async () => {
    await project.succeed('up', '--yes');
    const { requests, madeUp } = observed();
    expect(requests).toHaveLength(16);
    expect(limits()).toContain(2);
    expect(madeUp.join(' ')).toContain('client: made up');
    expect(await project.changes()).toEqual({});
  });

  it('is previewed as one field, and the run, where its DestinationRule has changed', async () => {
    const rule = project.text('theirs/rule.yaml');
    writeFileSync(
      join(folder, 'rule.yaml'),
      rule.replace('maxConnections: 2', 'maxConnections: 3'),
    );
    expect(await project.changes()).toEqual({
      [`update ${RULE} manifests-circuitbreaker/shop`]: [
        'spec.trafficPolicy.connectionPool.tcp.maxConnections',
      ],
      'replace command:local:Command run': ['triggers[0]'],
    });
    await project.succeed('up', '--yes');
    expect(limits()).toContain(3);
    expect(await project.changes()).toEqual({});
  });

  it('keeps an object that the project makes itself afterwards', async () => {
    const quick = { serverDelay: '100ms', batchInterval: '300ms', batches: 1 };
    project.configure({ serverName: 'shop', maxConnections: 2, ...quick });
    await project.succeed('up', '--yes');
    // A Deployment, its account, a Service, the rule.
    const rendered = Object.keys(project.files()).filter((file) => /manifests.*shop/.test(file));
    expect(rendered).toHaveLength(4);
    expect(observed().requests.map(({ status }) => status)).toContain(200);
    expect(await project.changes()).toEqual({});
  });

  it('is taken away by pulumi destroy', async () => {
    await project.succeed('destroy', '--yes');
    const left = Object.keys(project.files()).filter((file) => file.startsWith('.lab'));
    expect(left).toEqual([]);
  });
});
