/** An Envoy that runs gets other clusters by a file, and says whether it took them. */
import { readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { haveSameRest, setClusters, withLiveClusters } from '../../../lab/local/liveClusters.ts';
import { temporaryFolder } from '../../support/folder.ts';

const bootstrap = (...names: string[]) => ({
  node: { id: 'a' },
  static_resources: { clusters: names.map((name) => ({ name })), listeners: [{ name: 'out' }] },
});

describe('a bootstrap for it', () => {
  it('has the clusters in a file of its folder, and all else as it was', () => {
    expect(withLiveClusters(bootstrap('one'))).toEqual({
      node: { id: 'a' },
      static_resources: { clusters: [], listeners: [{ name: 'out' }] },
      dynamic_resources: {
        cds_config: {
          resource_api_version: 'V3',
          path_config_source: { path: 'clusters.json', watched_directory: { path: '.' } },
        },
      },
    });
  });

  it('is told from one that differs in more than clusters', () => {
    expect(haveSameRest(bootstrap('one'), bootstrap('two', 'three'))).toBe(true);
    const other = { ...bootstrap('one'), node: { id: 'b' } };
    expect(haveSameRest(bootstrap('one'), other)).toBe(false);
    expect(haveSameRest(bootstrap('one'), undefined)).toBe(false);
  });
});

/** One that counts a file as soon as it is moved there. */
function receiver(counts: 'success' | 'rejected') {
  const folder = temporaryFolder();
  let read = 0;
  const watcher = watch(folder, (_, name) => {
    if (name === 'clusters.json') read += 1;
  });
  const stats = () => Promise.resolve(new Map([[`cluster_manager.cds.update_${counts}`, read]]));
  return { folder, child: { name: 'the sidecar of a/b' }, admin: { stats }, watcher };
}

describe('clusters', () => {
  it('are there as a whole once they are taken', async () => {
    const envoy = receiver('success');
    await setClusters(envoy, bootstrap('one', 'two'));
    envoy.watcher.close();
    expect(JSON.parse(readFileSync(join(envoy.folder, 'clusters.json'), 'utf8'))).toEqual({
      resources: ['one', 'two'].map((name) => ({
        '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
        name,
      })),
    });
  });

  it('that are refused are told of', async () => {
    const envoy = receiver('rejected');
    await expect(setClusters(envoy, bootstrap('one'))).rejects.toThrow(
      'the sidecar of a/b refused the clusters that it was sent',
    );
    envoy.watcher.close();
  });
});
