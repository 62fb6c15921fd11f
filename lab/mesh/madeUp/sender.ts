/** Where nobody sends: a pod that people send from does it in their place, else a client is made up. */
import { CLIENT } from '../../../apps/contract.ts';
import { clientVariables, type Load } from '../../../experiment/load.ts';
import type { Given } from '../given.ts';
import { nameFrom } from '../hosts.ts';
import { DEFAULT_NAMESPACE } from '../../objects/parse.ts';
import type { Mesh, Pod } from '../model.ts';
import { deployment, type MadeUp, NOTHING } from './made.ts';
import { type Target, targetOf } from './target.ts';

const NAME = 'client';
const OTHER_NAME = 'client-of-the-lab';
const CLIENT_IMAGE = 'circuit-lab-client:dev';
const HEALTH_PORT = 8080;

/** Ten requests at once show the most of a breaker; the next ten leave when all are answered. */
const LOAD: Load = { mode: 'batch', size: 10, every: '1s' };
const LOAD_TEXT = 'batch(10, every=1s)';

export interface MadeUpSender extends MadeUp {
  readonly given: Given;
}

/** @param mesh whose pods send nothing */
export function madeUpSender(mesh: Mesh, given: Given): MadeUpSender {
  const target = targetOf(mesh);
  const url = given.load?.url;
  // Without a Service nobody can ask anything.
  if (target === undefined && url === undefined) return { ...NOTHING, given };
  const sender = mesh.pods.find(({ proxy, runs }) => proxy !== 'gateway' && maySend(runs));
  const namespace = sender?.namespace ?? target?.service.namespace ?? DEFAULT_NAMESPACE;
  const asked = url ?? urlOf(target, namespace);
  const load: Load = { ...(given.load ?? LOAD), url: asked };
  const what =
    given.load === undefined
      ? `${LOAD_TEXT} to ${asked}, made up as well`
      : `what is given, to ${asked}`;
  if (sender !== undefined) {
    const id = `${sender.namespace}/${sender.workload}`;
    return {
      objects: [],
      said: [`${id}: sends ${what}, in place of somebody who types a command in it.`],
      given: { ...given, load, sender: id },
    };
  }
  const name = mesh.pods.some((pod) => pod.namespace === namespace && pod.workload === NAME)
    ? OTHER_NAME
    : NAME;
  const object = deployment({
    name,
    namespace,
    labels: { app: name },
    replicas: 1,
    image: CLIENT_IMAGE,
    env: { ...clientVariables(load), [CLIENT.logFormat]: 'json' },
    port: HEALTH_PORT,
  });
  return {
    objects: [object],
    said: [`Deployment ${namespace}/${name}: made up, as nobody sends; it sends ${what}.`],
    given: { ...given, load },
  };
}

function maySend(runs: Pod['runs']): boolean {
  return (runs.app === 'idle' || runs.app === 'server') && runs.sends === true;
}

/** As a pod of the namespace writes it. */
function urlOf(target: Target | undefined, namespace: string): string {
  if (target === undefined) return '';
  const { service, port, path } = target;
  return `http://${nameFrom(service, namespace)}${port.port === 80 ? '' : `:${port.port}`}${path}`;
}
