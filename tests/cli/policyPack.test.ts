/** The linter's rules as a policy pack under the real CLI: before an update, and on a stack's state. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadSource } from '../../lab/objects/source.ts';
import { describeWithCli, Project, QUICK } from './support.ts';

/** As the stack servicex: an ejection of nobody, which is mandatory, and a detector that is never first. */
const FAULTY = {
  ...QUICK,
  workload: 'servicex',
  serverName: 'servicex-service',
  maxConnections: 0,
  http1MaxPendingRequests: 0,
  outlierDetection: { consecutiveGatewayErrors: 10 },
};
const MENDED = { consecutiveGatewayErrors: 10, consecutive5xxErrors: 0, maxEjectionPercent: 50 };

const PACK = ['--policy-pack', 'policy'];
const MANDATORY = /\[mandatory\].* CL003-ejects-nobody/;
const ADVISORY = /\[advisory\].* CL004-gateway-errors-above-5xx/;

describeWithCli('the policy pack', () => {
  const project = new Project('linted', FAULTY);

  it('judges a state that was exported, without a stack', async () => {
    const { objects } = await loadSource('servicex', {});
    const file = join(project.folder, 'state.json');
    writeFileSync(
      file,
      JSON.stringify({ version: 3, deployment: { resources: resources(objects) } }),
    );
    const { code, stdout } = await project.run('pulumi', [
      ...['policy', 'analyze', '--file', file, ...PACK, '--color', 'never'],
    ]);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(MANDATORY);
    expect(stdout).toMatch(ADVISORY);
    expect(stdout).toContain('one of the 2 endpoints of servicex-service is 50 %');
  });

  it('keeps pulumi preview from going well, with the sentence and the fix', async () => {
    await project.run('pulumi', ['stack', 'init', 'linted']);
    project.configure(FAULTY);
    const { code, stdout } = await project.pulumi('preview', ...PACK);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(MANDATORY);
    expect(stdout).toMatch(ADVISORY);
    expect(stdout).toContain('Fix: set maxEjectionPercent to 50 or more.');
  });

  it("judges a stack's state", async () => {
    await project.succeed('up', '--yes');
    const { code, stdout } = await project.pulumi('policy', 'analyze', ...PACK);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(MANDATORY);
  });

  it('has nothing against what is mended', async () => {
    project.configure({ ...FAULTY, outlierDetection: MENDED });
    const { code, stdout } = await project.pulumi('preview', ...PACK);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/CL\d{3}/);
    await project.succeed('destroy', '--yes');
  });
});

/** As a stack's state holds them. */
function resources(objects: Awaited<ReturnType<typeof loadSource>>['objects']): object[] {
  return objects.map((object) => {
    const type = `kubernetes:${object.apiVersion}:${object.kind}`;
    const name = `${object.kind}-${object.metadata.name}`.toLowerCase();
    const urn = `urn:pulumi:linted::circuit-lab::${type}::${name}`;
    return { urn, type, custom: true, id: name, inputs: object, outputs: object };
  });
}
