/** Before all tests of a cluster: is there one? */
import type { TestProject } from 'vitest/node';
import { imageTool } from './imageTool.ts';
import { kubectl } from './kubectl.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why the tests of a cluster are skipped; empty where they are not. */
    noCluster: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const reason = await whyNoCluster();
  if (reason !== '') process.stdout.write(`test:cluster is skipped: ${reason}\n`);
  else if (imageTool === undefined) {
    process.stdout.write(
      'Tests of running pods are skipped: KUBE_IMAGE_TOOL does not name the program that puts a ' +
        'folder into the cluster as an image (--user UID NAME:TAG FOLDER ENTRYPOINT [ARG...])\n',
    );
  }
  project.provide('noCluster', reason);
}

async function whyNoCluster(): Promise<string> {
  if (process.env['KUBECONFIG'] === undefined) return 'KUBECONFIG is not set';
  const { code, stderr } = await kubectl(['get', '--raw', '/readyz', '--request-timeout=10s']);
  return code === 0 ? '' : `the cluster of KUBECONFIG does not answer: ${stderr.trim()}`;
}
