import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepare, type PrepareOptions } from '../../../lab/commands/prepare.ts';
import { ROOT } from '../../support/project.ts';
import { temporaryFolder } from '../../support/folder.ts';

const meshConfig = join(temporaryFolder(), 'mesh.yaml');
writeFileSync(meshConfig, 'connectTimeout: 3s\n');
const manifests = join(ROOT, 'tests/support/theirs');

it('an experiment has another digest with what is given beside its objects', async () => {
  const digest = async (options: PrepareOptions, proxyConcurrency?: number): Promise<string> =>
    (await prepare(undefined, options, { batches: undefined, timeScale: 1, proxyConcurrency }))
      .digest;
  const all = [
    await digest({ manifests }),
    await digest({ manifests, meshConfig }),
    await digest({ manifests }, 1),
    await digest({ manifests }, 3),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(await digest({ manifests })).toBe(all[0]);
});
