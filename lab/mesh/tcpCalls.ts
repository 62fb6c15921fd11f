/** Where servers call at ports that are TCP: connections, of which no log tells whose request they carry. */
import { SERVER, type ServerBehaviour } from '../../apps/contract.ts';
import type { LeftOut } from '../../experiment/leftOut.ts';
import { serviceCalled } from './hosts.ts';
import type { Mesh, Pod, Service } from './model.ts';

/** An entry for each TCP port that a server calls. */
export function tcpCalls(
  { pods, services }: Pick<Mesh, 'pods' | 'services'>,
  sentence: string,
): LeftOut[] {
  const called = new Map<string, LeftOut>();
  for (const pod of pods) {
    for (const url of urlsOf(pod)) {
      const service = serviceCalled(services, url.hostname, pod);
      const number = url.port === '' ? 80 : Number(url.port);
      const port = service?.ports.find((one) => one.port === number);
      if (service === undefined || port?.protocol !== 'tcp') continue;
      called.set(`${service.host}:${number}`, {
        ...{ object: nameOf(service), field: 'spec.ports', mayChangeOutcomes: true },
        sentence: `port ${number} is TCP, and ${pod.namespace}/${pod.workload} calls it: ${sentence}`,
      });
    }
  }
  return [...called.values()];
}

function urlsOf({ runs }: Pod): URL[] {
  if (runs.app !== 'server') return [];
  const { calls = [] } = JSON.parse(runs.env[SERVER.behaviour] ?? '{}') as ServerBehaviour;
  return calls.map(({ url }) => new URL(url));
}

/** The object that a service is of. */
export function nameOf({ namespace, name, entry }: Service): string {
  return entry === undefined ? `Service ${namespace}/${name}` : `ServiceEntry ${entry}`;
}
