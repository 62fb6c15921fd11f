/**
 * The fields of Kubernetes' own kinds that decide about pods, services and endpoints.
 * Other fields are let through: an API server has more of them than this project acts on.
 */
import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const port = z.int().min(1).max(65_535);

const envVar = z.looseObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .looseObject({
      fieldRef: z.looseObject({ fieldPath: z.string() }).optional(),
      configMapKeyRef: z.looseObject({ name: z.string(), key: z.string() }).optional(),
    })
    .optional(),
});

const resources = z
  .looseObject({ limits: z.record(z.string(), z.union([z.string(), z.number()])).optional() })
  .optional();

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(envVar).optional(),
  envFrom: z
    .array(
      z.looseObject({
        prefix: z.string().optional(),
        configMapRef: z.looseObject({ name: z.string() }).optional(),
      }),
    )
    .optional(),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: port })).optional(),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).optional(),
  resources,
});

export const podSpec = z.looseObject({
  serviceAccountName: z.string().optional(),
  hostNetwork: z.boolean().optional(),
  nodeName: z.string().optional(),
  nodeSelector: labels.optional(),
  containers: z.array(container).min(1),
  volumes: z
    .array(
      z.looseObject({
        name: z.string(),
        configMap: z.looseObject({ name: z.string() }).optional(),
      }),
    )
    .optional(),
  initContainers: z.array(z.looseObject({ name: z.string(), resources })).optional(),
});

export const podStatus = z
  .looseObject({
    podIP: z.string().optional(),
    conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).optional(),
  })
  .optional();

export const podMetadata = z.looseObject({
  labels: labels.optional(),
  annotations: labels.optional(),
  generateName: z.string().optional(),
  ownerReferences: z
    .array(
      z.looseObject({ kind: z.string(), name: z.string(), controller: z.boolean().optional() }),
    )
    .optional(),
});

const many = z.int().min(0).optional();

/** Of every kind that makes pods of a template. */
export const workloadSpec = z.looseObject({
  replicas: many,
  parallelism: many,
  completions: many,
  template: z.looseObject({ metadata: podMetadata.optional(), spec: podSpec }),
});

export const deploymentSpec = workloadSpec.extend({
  selector: z.looseObject({ matchLabels: labels.optional() }),
});

export const configMapData = z.record(z.string(), z.string()).optional();

export const serviceSpec = z.looseObject({
  type: z.string().optional(),
  clusterIP: z.string().optional(),
  externalName: z.string().optional(),
  trafficDistribution: z.string().optional(),
  selector: labels.optional(),
  ports: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        port,
        targetPort: z.union([port, z.string()]).optional(),
        protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
        appProtocol: z.string().optional(),
      }),
    )
    // An API server refuses these (ValidateService); in Envoy they would be one cluster twice.
    .refine((ports) => isUnique(ports.map((one) => `${one.port} ${one.protocol ?? 'TCP'}`)), {
      error: 'a port number stands once for each protocol',
    })
    .refine((ports) => isUnique(ports.map(({ name }) => name)), {
      error: 'where there are several, each has a name of its own',
    })
    .optional(),
});

function isUnique(all: readonly unknown[]): boolean {
  return new Set(all).size === all.length;
}

export const slicePorts = z
  .array(z.looseObject({ name: z.string().nullish(), port: port.nullish() }))
  .nullish();

export const sliceEndpoints = z
  .array(
    z.looseObject({
      addresses: z.array(z.string()).min(1),
      conditions: z.looseObject({ ready: z.boolean().nullish() }).optional(),
      targetRef: z
        .looseObject({ kind: z.string(), name: z.string(), namespace: z.string().optional() })
        .optional(),
    }),
  )
  .nullish();

export type WorkloadSpec = z.infer<typeof workloadSpec>;
export type PodSpec = z.infer<typeof podSpec>;
export type PodMetadata = z.infer<typeof podMetadata>;
export type ContainerSpec = PodSpec['containers'][number];
