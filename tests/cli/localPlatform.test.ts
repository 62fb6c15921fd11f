/**
 * A stack's life on the local platform, from `pulumi up` to `pulumi destroy`. The tests go on from
 * one another, in their order.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { observation as observationSchema } from '../../experiment/observation.ts';
import { describeWithCli, Project, QUICK } from './support.ts';

interface Outputs {
  readonly verdict: string;
  readonly outcomes: Readonly<Record<string, string>>;
  readonly refusals: Readonly<Record<string, number>>;
}

const OBSERVATION = '.lab/quick/run/observation.json';
const EXPECT = [{ name: 'answered', status: 200, cold: true, count: [1, 8] }];

describeWithCli('a stack on the local platform', () => {
  const project = new Project('quick', { ...QUICK, expect: EXPECT });
  const before = project.files();

  const outputs = async (): Promise<Outputs> => (await project.json('stack', 'output')) as Outputs;
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);

  it('is made by pulumi up, whose outputs are what the run saw', async () => {
    await project.run('pulumi', ['stack', 'init', 'quick']);
    await project.succeed('up', '--yes');

    const seen = await outputs();
    expect(seen).toMatchObject({
      observation: join(project.folder, OBSERVATION),
      report: join(project.folder, '.lab/quick/run/report.txt'),
      page: pathToFileURL(join(project.folder, '.lab/quick/run/report.html')).href,
      namespace: 'circuitbreaker',
      host: 'pyserver.circuitbreaker.svc.cluster.local',
      url: 'http://pyserver/index',
    });
    const byBatch = Object.values(seen.outcomes).map((counts) => counts.split(' ').map(Number));
    for (const batch of [0, 1]) {
      expect(byBatch.reduce((total, counts) => total + (counts[batch] ?? 0), 0)).toBe(10);
    }
    const { requests, verdict } = observationSchema.parse(JSON.parse(project.text(OBSERVATION)));
    // On a busy machine it may not be judged.
    expect(['holds', 'inconclusive']).toContain(verdict.outcome);
    expect(seen.verdict).toMatch(
      verdict.outcome === 'holds' ? /^holds: 2 of 2 checks$/ : /^inconclusive: this machine/,
    );
    const refused = requests.filter(({ refusedBy }) => refusedBy !== null);
    expect(refused.length).toBeGreaterThan(0);
    expect(sum(seen.refusals)).toBe(refused.length);
    expect(project.text('.lab/quick/run/report.txt')).toMatch(
      /The verdict (holds\.|is inconclusive)/,
    );
  });

  it('does not change, and runs nothing, in a second pulumi up', async () => {
    const recorded = project.files();
    const earlier = project.writtenAt(OBSERVATION);
    const said = await project.succeed('up', '--yes');
    expect(said).toMatch(/Resources:\n\s+\d+ unchanged\n/);
    expect(project.files()).toEqual(recorded);
    expect(project.writtenAt(OBSERVATION)).toBe(earlier);
  });

  it('shows in a preview the one field that a key changes, and the run', async () => {
    await project.succeed('config', 'set', 'maxConnections', '3');
    expect(await project.changes()).toEqual({
      'update kubernetes:networking.istio.io/v1:DestinationRule pyserver': [
        'spec.trafficPolicy.connectionPool.tcp.maxConnections',
      ],
      'replace command:local:Command run': ['triggers[0]'],
    });
  });

  it('says in a preview how long it takes, and what is expected', async () => {
    expect(await project.succeed('preview')).toMatch(
      /The experiment takes about 1 s\.\n +It should show:\n +answered: 1 to 8 in every cold batch\n/,
    );
  });

  it('says in a preview what is predicted, or why nothing is, and keeps it in the outputs', async () => {
    expect(await project.succeed('preview')).toMatch(
      /\n +(Predicted for a warm batch \(median, |It is not predicted: )/,
    );
    expect(await outputs()).toHaveProperty('prediction');
  });

  it('runs again in the next pulumi up, and settles', async () => {
    const earlier = project.writtenAt(OBSERVATION);
    const said = await project.succeed('up', '--yes');
    expect(said).toMatch(/~ 1 updated\n\s+\+-1 replaced\n/);
    expect(project.writtenAt(OBSERVATION)).toBeGreaterThan(earlier);
    const { proxies } = observationSchema.parse(JSON.parse(project.text(OBSERVATION)));
    expect(JSON.stringify(proxies)).toMatch(/"max_?[cC]onnections":3/);
    expect(await project.changes()).toEqual({});
  });

  it('says nothing of that in a preview of nothing, and runs nothing for other words', async () => {
    const earlier = project.writtenAt(OBSERVATION);
    await project.succeed('config', 'set', 'description', 'the same in other words');
    expect(await project.succeed('preview')).not.toMatch(/The experiment takes/);
    expect(await project.changes()).toEqual({
      'replace kubernetes:core/v1:ConfigMap experiment': ['data["experiment.json"]'],
    });
    await project.succeed('up', '--yes');
    expect(project.writtenAt(OBSERVATION)).toBe(earlier);
  });

  it('ends with a table and the verdict in lines that 80 columns hold', async () => {
    const said = await project.succeed('up', '--yes', '--skip-preview');
    const brief = said.split('Diagnostics:\n')[1]?.split('\n\nOutputs:')[0] ?? '';
    expect(brief).toMatch(/batch by batch: cold, warm, disturbed +[cwd] [cwd]\n/);
    // What kept it from being judged is as long as it is.
    const lines = brief.split('\n').filter((line) => !line.includes('inconclusive: '));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const outputs = said.split('Outputs:\n')[1]?.split('\n\nResources:')[0] ?? '';
    expect(outputs.split('\n').length).toBeLessThan(26);
  });

  // The provider asks a cluster even of what it has only rendered (4.32 to 4.34).
  it('is not refreshed without a cluster, and is none the worse for it', async () => {
    const { code, stdout } = await project.pulumi('refresh', '--yes');
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/unreachable cluster/);
    expect(await project.changes()).toEqual({});
  });

  it('tells of an expectation that does not hold, and goes on', async () => {
    const impossible = [{ name: 'all answered', status: 200, cold: true, count: [10, 10] }];
    project.configure({ ...QUICK, expect: impossible });
    const said = await project.succeed('up', '--yes');
    expect(said).toMatch(/warning: all answered: expected 10 in every cold batch, seen (\d|none)/);
    expect((await outputs()).verdict).toMatch(
      // On a busy machine it may not be judged.
      /^(does not hold: 1 of 2 checks \(all answered: expected 10 in every cold batch, seen \d \d\)$|inconclusive: this machine)/,
    );
  });

  it('fails with failOnMismatch, and shows the verdict', async () => {
    const impossible = [{ name: 'all answered', status: 200, cold: true, count: [10, 10] }];
    project.configure({ ...QUICK, expect: impossible, failOnMismatch: true });
    const { code, stdout } = await project.pulumi('up', '--yes');
    expect(code).not.toBe(0);
    expect(stdout).toMatch(
      /all answered +10 in every cold batch +(\d[\d ]* FAILS|\S.* inconclusive)/,
    );
    expect(stdout).toMatch(/The verdict (does not hold\.|is inconclusive: this machine)/);
  });

  it('leaves nothing after pulumi destroy, whatever failed before', async () => {
    expect(existsSync(join(project.folder, OBSERVATION))).toBe(true);
    await project.succeed('destroy', '--yes');
    expect(Object.keys(project.files())).toEqual(Object.keys(before));
    expect(existsSync(join(project.folder, '.lab/quick'))).toBe(false);
    expect(project.processes()).toEqual([]);
  });
});
