/**
 * The mesh's own configuration (istio.io/docs/reference/config/istio.mesh.v1alpha1): what bears on
 * breaking, and what else Istio knows.
 */
import { z } from 'zod';
import { localityLbSetting, tcpKeepalive } from './destinationRule.ts';
import { duration } from './duration.ts';
import { retries } from './virtualService.ts';

const exportTo = z.array(z.string()).optional();

/** Every field is for what no object says itself. */
export const meshConfig = z.strictObject({
  accessLogFile: z.string().optional(),
  /** Of text, else of JSON; empty for Istio's own. */
  accessLogFormat: z.string().optional(),
  accessLogEncoding: z.enum(['TEXT', 'JSON']).optional(),
  connectTimeout: duration.optional(),
  tcpKeepalive: tcpKeepalive.optional(),
  outboundTrafficPolicy: z
    .strictObject({ mode: z.enum(['REGISTRY_ONLY', 'ALLOW_ANY']).optional() })
    .optional(),
  defaultHttpRetryPolicy: retries.optional(),
  localityLbSetting: localityLbSetting.optional(),
  h2UpgradePolicy: z.enum(['DO_NOT_UPGRADE', 'UPGRADE']).optional(),
  enableAutoMtls: z.boolean().optional(),
  /** Of every proxy: worker threads, 0 for one for each processor of the machine. */
  defaultConfig: z.strictObject({ concurrency: z.int().min(0).optional() }).optional(),
  defaultServiceExportTo: exportTo,
  defaultVirtualServiceExportTo: exportTo,
  defaultDestinationRuleExportTo: exportTo,
});

export type MeshConfig = z.infer<typeof meshConfig>;

/** What of MeshConfig has no say in what becomes of a request here. */
export const HARMLESS_IN_MESH_CONFIG: ReadonlySet<string> = new Set([
  ...['enablePrometheusMerge', 'defaultProviders', 'extensionProviders', 'enableTracing'],
  ...['trustDomain', 'trustDomainAliases', 'caCertificates', 'certificates', 'ca', 'meshMTLS'],
  ...['tlsDefaults', 'verifyCertificateAtClient', 'inboundClusterStatName', 'configSources'],
  ...['outboundClusterStatName', 'enableEnvoyAccessLogService', 'disableEnvoyListenerLog'],
  ...['ingressClass', 'ingressService', 'ingressControllerMode', 'ingressSelector'],
  ...['proxyListenPort', 'proxyInboundListenPort', 'proxyHttpPort'],
  // But for the threads, which are modelled.
  'defaultConfig',
]);

/** What else Istio knows of MeshConfig, up to 1.31. */
export const OTHERS_IN_MESH_CONFIG: readonly string[] = [
  ...HARMLESS_IN_MESH_CONFIG,
  ...['rootNamespace', 'zoneAwareLbSetting'],
  ...['defaultTrafficPolicy', 'protocolDetectionTimeout', 'dnsRefreshRate', 'hboneIdleTimeout'],
  ...['inboundTrafficPolicy', 'serviceSettings', 'serviceScopeConfigs', 'discoverySelectors'],
  ...['pathNormalization', 'serviceEntryVisibility'],
];
