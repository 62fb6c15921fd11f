/** `lab list`: every stack, in order, as a table and as JSON. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { listStacks } from '../../../config/stackFiles.ts';
import type { StackLine } from '../../../experiment/stackList.ts';
import { stackLines } from '../../../lab/commands/list.ts';
import { listTable } from '../../../lab/report/listTable.ts';
import { labHere as lab } from '../../support/labHere.ts';
import { projectWith, ROOT } from '../../support/project.ts';

function stackFile(seed: string, description: string): string {
  return `config:
  circuit-lab:seed: ${seed}
  circuit-lab:description: ${description}
`;
}

const LINES: StackLine[] = [
  { stack: 'dev', description: '', seed: '' },
  { stack: 'envoy-lab', description: 'A stand-alone Envoy', seed: '3-lab-1' },
  { stack: 'bad-server', description: 'Half of the traffic fails', seed: 'breaker' },
  { stack: 'fail-fast', description: 'Four are refused at once', seed: 'breaker' },
];

describe('the stacks', () => {
  it('come by the seed that they are from, then by name, those of no seed first', () => {
    const root = projectWith({
      'Pulumi.bad-server.yaml': stackFile('breaker', 'Half of the traffic fails'),
      'Pulumi.dev.yaml': 'config:\n  circuit-lab:maxConnections: 5\n',
      'Pulumi.envoy-lab.yaml': stackFile('3-lab-1', 'A stand-alone Envoy'),
      'Pulumi.fail-fast.yaml': stackFile('breaker', 'Four are refused at once'),
    });
    expect(stackLines(root)).toEqual(LINES);
  });

  it('are not listed where one of their files cannot be read', () => {
    const root = projectWith({ 'Pulumi.dev.yaml': 'config: [' });
    expect(() => stackLines(root)).toThrow(LabError);
    expect(() => stackLines(root)).toThrow(/^Pulumi\.dev\.yaml:1: not valid YAML/);
  });

  it('are an aligned table', () => {
    expect(listTable(LINES)).toBe(`\
stack       seed     what it shows
dev
envoy-lab   3-lab-1  A stand-alone Envoy
bad-server  breaker  Half of the traffic fails
fail-fast   breaker  Four are refused at once
`);
  });
});

describe('lab list', () => {
  it('prints every stack of the project, each with a description', async () => {
    const [text, json] = await Promise.all([lab(['list']), lab(['list', '--json'])]);
    expect(text).toEqual({ code: 0, stdout: listTable(stackLines(ROOT)), stderr: '' });
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 0, stderr: '' });
    const lines = JSON.parse(json.stdout) as StackLine[];
    expect(lines).toEqual(stackLines(ROOT));
    expect(lines.map(({ stack }) => stack).sort()).toEqual(listStacks(ROOT));
    expect(lines.filter(({ description }) => description === '')).toEqual([]);
    expect(lines[0]?.stack).toBe('dev');
  });
});
