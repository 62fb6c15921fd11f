import * as command from '@pulumi/command';
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { digestOf } from './digest.ts';

/**
 * Renders Kubernetes objects to YAML in place of applying them, and knows their digest.
 * `options` belongs into the options of every component whose objects should be rendered.
 */
export class LocalPlatform {
  /** Folder of the rendered objects. */
  readonly manifests: string;
  readonly options: pulumi.ComponentResourceOptions;
  readonly #inputs: pulumi.Output<unknown>[] = [];

  /** @param folder that holds what the stack renders and records; git ignores it */
  constructor(name: string, folder: string) {
    this.manifests = `${folder}/manifests`;
    // Of what a failed or killed update has left, no other resource knows.
    const cleanUp = new command.local.Command(name, {
      delete: `exec node lab/main.ts forget ${folder}`,
    });
    const provider = new k8s.Provider(
      name,
      { renderYamlToDirectory: this.manifests },
      // Whatever is rendered depends on the provider, so it is deleted before the folder.
      { dependsOn: cleanUp },
    );
    this.options = {
      providers: { kubernetes: provider },
      transformations: [
        ({ type, props }) => {
          if (type.startsWith('kubernetes:')) this.#inputs.push(pulumi.output(props));
          return undefined;
        },
      ],
    };
  }

  /** Of every object that was rendered so far: changes when one of them does. */
  digest(): pulumi.Output<string> {
    return pulumi.all(this.#inputs).apply((objects) => digestOf(objects));
  }
}
