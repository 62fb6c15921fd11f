/** `lab config`: the configuration of one pod's proxy, in Envoy's own field names. */
import { Command } from 'commander';
import { LabError } from '../../errors/labError.ts';
import { proxyConfig } from '../istiod/proxyConfig.ts';
import type { Mesh, Pod } from '../mesh/model.ts';
import { pathsOf } from '../objects/source.ts';
import { asJson } from '../report/json.ts';
import { MESH_CONFIG, SOURCE, withOptions } from './options.ts';
import { type PrepareOptions, understand } from './prepare.ts';

const PARTS = ['clusters', 'routes', 'listeners', 'endpoints', 'all'] as const;
type Part = (typeof PARTS)[number];

export const command = withOptions(
  new Command('config')
    .description("print the Envoy configuration of a pod's proxy, as istioctl proxy-config would")
    .argument('<stack pod part...>', '[stack] <pod> [clusters|routes|listeners|endpoints|all]'),
  [...SOURCE, MESH_CONFIG],
).action(async (words: string[], options: PrepareOptions) => {
  process.stdout.write(await config(words, options));
});

/** @param words `[stack] <pod> [part]`; the stack is missing where manifests are given */
export async function config(words: readonly string[], options: PrepareOptions): Promise<string> {
  const [stack, pod, part = 'all', ...others] =
    pathsOf(options).length === 0 ? words : [undefined, ...words];
  if (pod === undefined || others.length > 0) {
    throw new LabError(
      'name one pod and one part: lab config <stack> <pod> [clusters|routes|listeners|endpoints|all]',
    );
  }
  if (!isPart(part)) {
    throw new LabError(`'${part}' is no part of a configuration. Parts: ${PARTS.join(', ')}`);
  }
  const { mesh } = await understand(stack, options);
  const whole = proxyConfig(mesh, findPod(mesh, pod));
  return asJson(part === 'all' ? whole : whole[part]);
}

function isPart(text: string): text is Part {
  return (PARTS as readonly string[]).includes(text);
}

/** By its name, or by a beginning of it that no other pod shares. */
function findPod(mesh: Mesh, name: string): Pod {
  const exact = mesh.pods.find((pod) => pod.name === name);
  const [only, ...others] = mesh.pods.filter((pod) => pod.name.startsWith(name));
  const pod = exact ?? (others.length === 0 ? only : undefined);
  if (pod === undefined) {
    const names = mesh.pods.map((each) => each.name).join(', ');
    throw new LabError(`no one pod is called '${name}'. Pods: ${names}`);
  }
  if (pod.proxy === 'none') {
    throw new LabError(
      `pod ${pod.namespace}/${pod.name} has no sidecar: its namespace is not labelled ` +
        'istio-injection: enabled, or it opted out',
    );
  }
  return pod;
}
