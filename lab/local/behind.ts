/** Where a request ends that goes where it was going: no proxy chooses an endpoint for it. */
import type { Service } from '../mesh/model.ts';

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** What is at a Service's port: its endpoints, which DNS or kube-proxy gives by turns, else the host itself. */
export function behind(service: Service, servicePort: number): Place[] {
  const port = service.ports.find((one) => one.port === servicePort);
  if (port === undefined) return [];
  const places = service.endpoints.flatMap(({ address, ports }) => {
    const number = ports[port.name];
    return number === undefined ? [] : [{ address, port: number }];
  });
  if (places.length > 0 || service.entry === undefined) return places;
  return [{ address: service.host, port: Number(port.targetPort) }];
}

/** @param cluster `outbound|80||api.example.com` */
export function behindCluster(services: readonly Service[], cluster: string): Place[] {
  const [direction, port, , host] = cluster.split('|');
  const service = services.find((one) => one.host === host);
  return direction !== 'outbound' || service === undefined ? [] : behind(service, Number(port));
}
