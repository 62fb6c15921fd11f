import { join } from 'node:path';
import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { Inventory } from './inventory.ts';
import type { RecordFolder } from './recordFolder.ts';

/**
 * Renders Kubernetes objects to YAML in place of applying them, for people and kubectl to read.
 * `options` belongs into the options of every component whose objects should be rendered.
 */
export class LocalPlatform {
  /** Folder of the rendered objects. */
  readonly manifests: string;
  /** Options for every component of the experiment. */
  readonly options: pulumi.ComponentResourceOptions;
  /** What is rendered. */
  readonly inventory = new Inventory();

  /** @param folder that holds what the stack renders and records */
  constructor(name: string, folder: RecordFolder) {
    this.manifests = join(folder.path, 'manifests');
    const provider = new k8s.Provider(
      name,
      // Where some cluster answers, the provider (4.32 to 4.34) renders in a preview as well, and would
      // make the folder before the stack has it: until then, its place is not known.
      { renderYamlToDirectory: folder.stdout.apply(() => this.manifests) },
      // Whatever is rendered depends on the provider, so it is deleted before the folder.
      { dependsOn: folder },
    );
    this.options = {
      providers: { kubernetes: provider },
      transformations: [this.inventory.transformation],
    };
  }
}
