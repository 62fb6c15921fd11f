import type { VirtualServiceSpec } from '../../istio/virtualService.ts';
import type { Pod, Resource, Service } from '../mesh/model.ts';
import type { Scope } from './scope.ts';

export type VirtualService = Resource<VirtualServiceSpec>;

/** Where routes are made for: a proxy, the port it listens on, the gateway it listens for. */
export interface RouteContext {
  readonly scope: Scope;
  readonly pod: Pod;
  readonly port: number;
  /** `mesh`, or `namespace/name` of a Gateway; a match may be for some gateways only. */
  readonly gateway: string;
  /** The port of a destination that names none. */
  readonly portOf: (service: Service) => number;
}
