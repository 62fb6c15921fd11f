/**
 * Other people's manifests, where they are at hand: each is taken, whatever it lacks, and every field
 * of it is modelled or listed. None of them is part of this project.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { proxyConfig } from '../../lab/istiod/proxyConfig.ts';
import { meshOf } from '../../lab/mesh/mesh.ts';
import { loadManifests } from '../../lab/objects/manifests.ts';
import { ROOT } from '../support/project.ts';

const FOLDERS = [join(ROOT, '../shared/yaml'), join(ROOT, '../../shared/yaml')];
const FOLDER = FOLDERS.find(existsSync) ?? '';
const FILES =
  FOLDER !== ''
    ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
        /\.ya?ml$/.test(name),
      )
    : [];

describe.skipIf(FILES.length === 0)(`manifests of ${FOLDER}, if it is there`, () => {
  test.each(FILES.sort())('%s is taken', (name) => {
    const mesh = meshOf(loadManifests(join(FOLDER, name)));
    for (const pod of mesh.pods) {
      if (pod.proxy !== 'none') expect(proxyConfig(mesh, pod).listeners).not.toEqual([]);
    }
    for (const { sentence } of mesh.leftOut) expect(sentence).not.toMatch(/validation refuses it/);
  });
  test('there are some', () => {
    expect(FILES.length).toBeGreaterThan(0);
  });
});
