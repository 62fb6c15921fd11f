/** The apps as an image of the test cluster: a Node and `apps/`, as apps/Dockerfile has them. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findEnvoy } from '../../lab/environment/envoyBinary.ts';
import { copyApps } from '../support/appImage.ts';
import { imageTool } from './imageTool.ts';

/** As the Dockerfile's USER. */
const USER = '10001:10001';

export const SERVER_IMAGE = 'circuit-lab-server:test';
export const CLIENT_IMAGE = 'circuit-lab-client:test';

/** Puts both images into the cluster's node. */
export function buildImages(): void {
  const rootfs = mkdtempSync(join(tmpdir(), 'circuit-lab-image-'));
  try {
    copyWithLibraries(process.execPath, join(rootfs, 'usr/local/bin/node'), rootfs);
    copyApps(join(rootfs, 'app'));
    for (const [image, app] of [
      [SERVER_IMAGE, 'server'],
      [CLIENT_IMAGE, 'client'],
    ] as const) {
      putImage(image, rootfs, ['/usr/local/bin/node', `/app/${app}/main.ts`], USER);
    }
  } finally {
    rmSync(rootfs, { recursive: true, force: true });
  }
}

/** Puts an Envoy into the cluster's node, its arguments to come from the pod after these flags. */
export async function putEnvoyImage(image: string, flags: readonly string[] = []): Promise<void> {
  const rootfs = mkdtempSync(join(tmpdir(), 'circuit-lab-image-'));
  try {
    copyWithLibraries((await findEnvoy()).path, join(rootfs, 'envoy'), rootfs);
    putImage(image, rootfs, ['/envoy', ...flags], '10001');
  } finally {
    rmSync(rootfs, { recursive: true, force: true });
  }
}

/** Puts a folder into the cluster as an image. */
export function putImage(
  image: string,
  rootfs: string,
  entrypoint: readonly string[],
  user: string,
): void {
  if (imageTool === undefined) throw new Error('KUBE_IMAGE_TOOL is not set');
  execFileSync(imageTool, ['--user', user, image, rootfs, ...entrypoint], { timeout: 120_000 });
}

/** A program, and the shared libraries that it is linked with, at their own paths. */
export function copyWithLibraries(program: string, to: string, rootfs: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(realpathSync(program), to);
  const linked = execFileSync('ldd', [program], { encoding: 'utf8' });
  for (const [, library = ''] of linked.matchAll(/(\/\S+) \(0x/g)) {
    const target = join(rootfs, library);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(realpathSync(library), target);
  }
}
