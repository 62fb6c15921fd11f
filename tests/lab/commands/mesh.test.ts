/** What is understood of manifests is shown without starting anything, and a first file of an experiment fits it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILE, init } from '../../../lab/commands/init.ts';
import { understand } from '../../../lab/commands/prepare.ts';
import { viewOf } from '../../../lab/mesh/view.ts';
import { meshReport } from '../../../lab/report/meshReport.ts';
import { destinationRule, documents, objects } from '../../support/manifests.ts';
import { temporaryFolder } from '../../support/folder.ts';

function folderOf(...given: readonly Readonly<Record<string, unknown>>[]): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'all.yaml'), documents(...given));
  return folder;
}

const rule = destinationRule({
  host: 'pyserver',
  trafficPolicy: { connectionPool: { tcp: { maxConnections: 5 } } },
});

async function reportOf(folder: string): Promise<string> {
  const { mesh, source } = await understand(undefined, { manifests: folder });
  return meshReport(viewOf(mesh, { name: 'mine', digest: source.digest }), false);
}

describe('lab mesh', () => {
  it('shows who runs what, and where each policy binds', async () => {
    const report = await reportOf(folderOf(...Object.values(objects), rule));
    expect(report).toMatch(
      /^lab\/pyclient +1 +client +sidecar, 2 threads +batch .*http:\/\/pyserver\/index$/m,
    );
    expect(report).toMatch(
      /^DestinationRule lab\/pyserver +pyserver\.lab\.svc\.cluster\.local +maxConnections 5$/m,
    );
    expect(report).not.toContain('Made up');
  });

  it('shows a rule that binds to nothing, and what is made up', async () => {
    const report = await reportOf(
      folderOf(objects.service, objects.server, destinationRule({ host: 'shpo' })),
    );
    expect(report).toMatch(/^DestinationRule lab\/pyserver +nothing +nothing$/m);
    expect(report).toContain('Made up, as the objects lack it:');
  });
});

describe('lab init', () => {
  it('writes a file that is read as it is, and never over another', async () => {
    const folder = folderOf(...Object.values(objects), rule);
    expect(await init(folder)).toContain(`${join(folder, FILE)} is written`);
    const { source } = await understand(undefined, { manifests: folder, strict: true });
    expect(source.experiment).toMatchObject({
      clientLoad: { mode: 'batch', size: 10, every: '20s' },
      behaviour: { pyserver: { serviceTime: '1s' } },
    });
    const text = readFileSync(join(folder, FILE), 'utf8');
    await expect(init(folder)).rejects.toThrow('is there already, and stays as it is');
    expect(readFileSync(join(folder, FILE), 'utf8')).toBe(text);
  });

  it('writes nothing where the manifests cannot be used', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'all.yaml'), 'a: 1\n');
    await expect(init(folder)).rejects.toThrow('is not a Kubernetes object');
    expect(existsSync(join(folder, FILE))).toBe(false);
  });
});
