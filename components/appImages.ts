import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as command from '@pulumi/command';
import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

/** How a cluster's nodes get an image: pushed to a registry, or loaded by the tool that made them. */
export type ImageDelivery = 'build' | 'kind' | 'minikube' | 'k3d';

export interface AppImagesArgs {
  /** How the nodes get the images. */
  readonly delivery: ImageDelivery;
  /**
   * Registry and path that the images are pushed to, such as `ghcr.io/someone`.
   * @default - none: needed for `build`, and not used otherwise
   */
  readonly registry?: string;
  /**
   * Folder with the apps and their Dockerfile.
   * @default "apps"
   */
  readonly context?: string;
  /**
   * Image with Node 24 that they are built on.
   * @default - the Dockerfile's own
   */
  readonly base?: string;
}

const LOADERS: Readonly<Record<Exclude<ImageDelivery, 'build'>, string>> = {
  kind: 'kind load docker-image',
  minikube: 'minikube image load',
  k3d: 'k3d image import',
};

/**
 * The images of the server and the client, built from `apps/` and brought to the cluster's nodes.
 * Their tag is made of their content: a change of an app is a change of its Deployment.
 *
 * @throws pulumi.ResourceError where images are to be pushed and no registry is named
 */
export class AppImages extends pulumi.ComponentResource {
  /** The server's image, by a name that the nodes know. */
  readonly server: pulumi.Output<string>;
  /** The client's image, by a name that the nodes know. */
  readonly client: pulumi.Output<string>;

  constructor(name: string, args: AppImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:AppImages', name, {}, opts);

    const { delivery, registry, context = 'apps' } = args;
    if (delivery === 'build' && registry === undefined) {
      throw new pulumi.ResourceError('registry: is needed to push images to', this, true);
    }
    const repository = delivery === 'build' ? `${registry ?? ''}/` : '';
    const tag = contentOf(context);
    const deliver = (target: string): pulumi.Output<string> =>
      this.deliver(name, target, `${repository}circuit-lab-${target}:${tag}`, args);

    this.server = deliver('server');
    this.client = deliver('client');
    this.registerOutputs({ server: this.server, client: this.client });
  }

  private deliver(
    name: string,
    target: string,
    imageName: string,
    { delivery, context = 'apps', base }: AppImagesArgs,
  ): pulumi.Output<string> {
    const image = new docker.Image(
      `${name}-${target}`,
      {
        imageName,
        build: {
          context,
          dockerfile: join(context, 'Dockerfile'),
          target,
          ...(base !== undefined && { args: { BASE: base } }),
        },
        skipPush: delivery !== 'build',
      },
      { parent: this },
    );
    if (delivery === 'build') return image.imageName;
    const load = new command.local.Command(
      `${name}-${target}`,
      {
        create: pulumi.interpolate`${LOADERS[delivery]} ${image.imageName}`,
        triggers: [imageName],
      },
      { parent: this },
    );
    // The name is known at once; the image is on the nodes only when it was loaded.
    return pulumi.all([image.imageName, load.id]).apply(([loaded]) => loaded);
  }
}

/** Twelve digits that change when a file of the folder does. */
function contentOf(folder: string): string {
  const hash = createHash('sha256');
  const files = globSync('**', { cwd: folder }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  for (const path of files.sort()) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(folder, path)));
  }
  return hash.digest('hex').slice(0, 12);
}
