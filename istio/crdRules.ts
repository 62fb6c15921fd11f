/**
 * The rules of Istio's CustomResourceDefinitions that are more than a field's own: what its CEL
 * expressions (x-kubernetes-validations) say of several fields, of those kinds that are acted on here.
 * An API server refuses what does not meet them.
 */
import type { ServiceEntrySpec } from './serviceEntry.ts';
import type { WorkloadEntrySpec } from './workloadEntry.ts';

interface Rule {
  /** Within the spec. */
  readonly path: readonly (string | number)[];
  readonly error: string;
}

type Rules<Spec> = (spec: Spec) => (Rule | false)[];

const serviceEntry: Rules<Partial<ServiceEntrySpec>> = (spec) => {
  const { hosts = [], addresses = [], ports = [], resolution = 'NONE' } = spec;
  const { endpoints = [], workloadSelector } = spec;
  const [numbers, names] = [ports.map(({ number }) => number), ports.map(({ name }) => name)];
  return [
    workloadSelector !== undefined &&
      spec.endpoints !== undefined && {
        ...{ path: ['endpoints'], error: 'has either endpoints or a workloadSelector, not both' },
      },
    resolution === 'NONE' &&
      spec.endpoints !== undefined && {
        path: ['endpoints'],
        error: 'resolution NONE takes none: a request goes where it was going',
      },
    resolution === 'DNS_ROUND_ROBIN' &&
      endpoints.length > 1 && {
        path: ['endpoints'],
        error: 'resolution DNS_ROUND_ROBIN takes one at most',
      },
    !['STATIC', 'NONE'].includes(resolution) &&
      addresses.some((one) => one.includes('/')) && {
        path: ['addresses'],
        error: 'a CIDR block needs resolution NONE or STATIC',
      },
    hosts.includes('*') && { path: ['hosts'], error: "must not be '*': name a domain" },
    new Set(numbers).size < numbers.length && {
      path: ['ports'],
      error: 'a port number stands once',
    },
    new Set(names).size < names.length && {
      path: ['ports'],
      error: 'each has a name of its own',
    },
    ...endpoints.flatMap((one, i) =>
      workloadEntry(one).map((rule) => rule && { ...rule, path: ['endpoints', i, ...rule.path] }),
    ),
  ];
};

const workloadEntry: Rules<WorkloadEntrySpec & { readonly network?: string }> = ({
  address,
  network,
  ports,
}) => {
  const socket = address?.startsWith('unix://') ? address.slice('unix://'.length) : undefined;
  return [
    address === undefined &&
      network === undefined && { path: ['address'], error: 'is missing: it says where it answers' },
    socket !== undefined &&
      ports !== undefined && { path: ['ports'], error: 'a unix socket has none' },
    socket !== undefined &&
      (!/^[/@]/.test(socket) || socket.endsWith('/')) && {
        path: ['address'],
        error: 'a unix socket has an absolute path, such as unix:///run/app.sock',
      },
  ];
};

interface PeerAuthentication {
  readonly selector?: { readonly matchLabels?: object };
  readonly portLevelMtls?: object;
}

const peerAuthentication: Rules<PeerAuthentication> = ({ selector, portLevelMtls }) => [
  portLevelMtls !== undefined &&
    Object.keys(selector?.matchLabels ?? {}).length === 0 && {
      path: ['portLevelMtls'],
      error: 'needs a selector: it is for the ports of some workloads',
    },
  ...Object.keys(portLevelMtls ?? {}).map(
    (port) =>
      !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535) && {
        path: ['portLevelMtls', port],
        error: 'a port is a number from 1 to 65535',
      },
  ),
];

const RULES: Readonly<Record<string, Rules<never>>> = {
  ServiceEntry: serviceEntry,
  WorkloadEntry: workloadEntry,
  PeerAuthentication: peerAuthentication,
};

/** Kinds that say nothing without a spec. */
const NEEDS_SPEC: ReadonlySet<string> = new Set(['ServiceEntry', 'WorkloadEntry', 'WorkloadGroup']);

interface Selecting {
  readonly selector?: { readonly matchLabels?: object };
  readonly workloadSelector?: { readonly matchLabels?: object; readonly labels?: object };
}

/** A selector's labels are whole: none is empty, `*` stands for nothing. */
function selectors({ selector, workloadSelector }: Selecting): Rule[] {
  const maps = [
    [['selector', 'matchLabels'], selector?.matchLabels],
    [['workloadSelector', 'matchLabels'], workloadSelector?.matchLabels],
    [['workloadSelector', 'labels'], workloadSelector?.labels],
  ] as const;
  return maps.flatMap(([path, labels = {}]) =>
    Object.entries(labels)
      .filter(([key, value]) => key === '' || `${key}${String(value)}`.includes('*'))
      .map(([key]) => ({
        path: [...path, key],
        error: 'a selector takes whole labels, without *',
      })),
  );
}

/** What a spec, whose fields are right by themselves, breaks. */
export function brokenRules(kind: string, spec: unknown): Rule[] {
  if (spec === undefined) {
    return NEEDS_SPEC.has(kind) ? [{ path: [], error: 'is missing' }] : [];
  }
  const own = RULES[kind]?.(spec as never).filter((rule) => rule !== false) ?? [];
  return [...own, ...selectors(spec as Selecting)];
}
