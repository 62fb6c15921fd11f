/** The ports on which a pod's application is reached, and the pool that guards them. */
import type { Mesh, Pod, Service, ServicePort } from '../mesh/model.ts';
import { ruleFor, type Rule } from './destinationRules.ts';
import { sidecarFor } from './scope.ts';
import { portPolicy, type PortPolicy } from './trafficPolicy.ts';

/** A port of a pod with the services behind which it stands; the first one decides. */
export interface InboundPort {
  readonly targetPort: number;
  readonly port: ServicePort;
  readonly service: Service;
  /** All services that reach this port by the first one's port number. */
  readonly services: readonly Service[];
}

/** The pod's ports, one entry for each, in ascending order. */
export function inboundPorts(mesh: Mesh, pod: Pod): InboundPort[] {
  const byPort = new Map<number, InboundPort>();
  for (const service of mesh.services) {
    const endpoint = service.endpoints.find(({ address }) => address === pod.ip);
    for (const port of service.ports) {
      const targetPort = endpoint?.ports[port.name];
      if (targetPort === undefined) continue;
      const first = byPort.get(targetPort);
      if (first === undefined) {
        byPort.set(targetPort, { targetPort, port, service, services: [service] });
      } else if (first.port.port === port.port) {
        byPort.set(targetPort, { ...first, services: [...first.services, service] });
      }
    }
  }
  return [...byPort.values()].sort((a, b) => a.targetPort - b.targetPort);
}

/**
 * The policy in front of an application: that of its service's rule (never a subset's), for the
 * service's port number; a Sidecar's inboundConnectionPool replaces its pool. Limits hold on the
 * client's side and once more here, in each pod by itself.
 * buildInboundCluster in istiod; cases max-connections-5-pending-1, pool-sidecar-inbound.
 */
export function inboundPolicy(
  mesh: Mesh,
  pod: Pod,
  { service, port }: InboundPort,
): { rule: Rule | undefined; policy: PortPolicy } {
  const rule = ruleFor(mesh, pod, service, 'inbound');
  const policy = portPolicy(rule?.spec.trafficPolicy, port.port);
  const connectionPool = sidecarFor(mesh, pod)?.spec.inboundConnectionPool;
  return {
    rule: rule?.spec.trafficPolicy === undefined ? undefined : rule,
    policy: connectionPool === undefined ? policy : { ...policy, connectionPool },
  };
}
