/**
 * Istio's ServiceEntry: hosts that are no Service of Kubernetes, with what Istio's own
 * validation has beside crdRules.ts (istio.io/docs/reference/config/networking/service-entry; ValidateServiceEntry).
 */
import { z } from 'zod';
import { workloadEntrySpec } from './workloadEntry.ts';

const number = z.int().min(1).max(65_535);

const servicePort = z.strictObject({
  number,
  name: z.string().min(1),
  protocol: z.string().optional(),
  targetPort: number.optional(),
});

const RESOLUTIONS = ['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'] as const;

const IP = z.union([z.ipv4(), z.ipv6()]);
const address = z.union([IP, z.cidrv4(), z.cidrv6()], {
  error: 'must be an IP address or a CIDR block, such as 10.1.0.0/16',
});

export const serviceEntrySpec = z
  .strictObject({
    hosts: z.array(z.string().min(1)).min(1),
    addresses: z.array(address).optional(),
    ports: z.array(servicePort).optional(),
    location: z.enum(['MESH_EXTERNAL', 'MESH_INTERNAL']).optional(),
    resolution: z.enum(RESOLUTIONS).optional(),
    endpoints: z.array(workloadEntrySpec).optional(),
    workloadSelector: z
      .strictObject({ labels: z.record(z.string(), z.string()).optional() })
      .optional(),
    exportTo: z.array(z.string()).optional(),
  })
  .refine(
    ({ endpoints = [], resolution }) =>
      resolution !== 'STATIC' || endpoints.every(({ address: at = '' }) => isFixed(at)),
    { path: ['endpoints'], error: 'resolution STATIC takes IP addresses, not names' },
  )
  .refine(
    ({ hosts, endpoints, workloadSelector, resolution = 'NONE' }) =>
      !resolution.startsWith('DNS') ||
      endpoints?.length ||
      workloadSelector ||
      hosts.every((host) => !host.startsWith('*')),
    { path: ['hosts'], error: 'resolution DNS needs whole names, or endpoints: * has no address' },
  );

function isFixed(text: string): boolean {
  return text.startsWith('unix://') || IP.safeParse(text).success;
}

export type ServiceEntrySpec = z.infer<typeof serviceEntrySpec>;
