/** Nearly right objects of all kinds, as YAML: what somebody may hand to the lab. */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { type Fields, KINDS } from '../../istio/fields.ts';

const NAMES = ['shop', 'cart', 'store'];
const HOSTS = [...NAMES, 'shop.default.svc.cluster.local', '*', '*.test', 'elsewhere.test', ''];

/** By the name of a field: what makes objects refer to each other. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  ...{ host: HOSTS, hosts: HOSTS, subset: ['v1', 'v2'], name: [...NAMES, 'v1', 'v2', 'http'] },
  ...{ gateways: ['mesh', 'shop', 'none'], exportTo: ['.', '*', 'other'], app: NAMES },
  ...{ protocol: ['HTTP', 'TCP', 'GRPC', 'TLS', 'http'], istio: ['ingressgateway'] },
  ...{ regex: ['a.*', '(', '[0-9]+'], retryOn: ['5xx', '503', 'gateway-error,409', ',,'] },
};
const TEXTS = ['x', 'v1', '/a', '80', '5s', '', 'ä', '%', 'a b'];

/** One in two hundred is of another type than what belongs there. */
function nearly(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 199, arbitrary: right },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

function valueOf(fields: Fields, name: string): fc.Arbitrary<unknown> {
  if (typeof fields === 'string') return nearly(leafOf(fields, name));
  if (Array.isArray(fields)) {
    const [item = 'any'] = fields as readonly Fields[];
    return nearly(fc.array(valueOf(item, name), { minLength: 0, maxLength: 2 }));
  }
  const entries = Object.entries(fields).filter(([key]) => !key.startsWith('('));
  if (entries.length === 1 && entries[0]?.[0] === '*') {
    const [[, value]] = entries as [[string, Fields]];
    return nearly(
      fc.dictionary(fc.constantFrom('app', 'version', '80', 'x'), valueOf(value, name), {
        maxKeys: 2,
      }),
    );
  }
  const shape = Object.fromEntries(
    entries.map(([key, field]) => {
      const plain = key.replace(/!$/, '');
      const own = valueOf(field, plain);
      // Most fields are left out of most objects.
      return [plain, key.endsWith('!') ? own : fc.option(own, { nil: undefined, freq: 1 })];
    }),
  );
  return nearly(fc.record(shape).chain((whole) => someOf(whole)));
}

/** A few of the fields, those that must be there most of the time. */
function someOf(whole: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const keys = Object.keys(whole).filter((key) => whole[key] !== undefined);
  return fc
    .subarray(keys, { minLength: Math.min(1, keys.length), maxLength: Math.min(6, keys.length) })
    .map((some) => Object.fromEntries(some.map((key) => [key, whole[key]])));
}

/** One in fifty is a value that is not allowed, or at the edge of it. */
function rarely(right: fc.Arbitrary<unknown>, ...edges: unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 49, arbitrary: right },
    { weight: 1, arbitrary: fc.constantFrom(...edges) },
  );
}

function leafOf(leaf: string, name: string): fc.Arbitrary<unknown> {
  if (leaf.includes(' | ')) return rarely(fc.constantFrom(...leaf.split(' | ')), 'NONE_SUCH');
  const [type = '', bounds = '..'] = leaf.split(' ');
  const [low = '', high = ''] = bounds.split('..');
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'duration':
      return rarely(fc.constantFrom('1s', '250ms', '1m30s'), '0s', '1x', '');
    case 'integer':
      return rarely(
        fc.integer({ min: Number(low || 0), max: Math.min(Number(high || 1000), 2 ** 31 - 1) }),
        ...[0, -1, 4_294_967_295],
      );
    case 'number':
      return rarely(fc.double({ min: 0, max: 100, noNaN: true }), 101);
    default:
      return fc.constantFrom(...(WORDS[name] ?? []), ...TEXTS);
  }
}

const metadata = fc.record({
  name: fc.constantFrom(...NAMES),
  namespace: fc.constantFrom('default', 'default', 'istio-system', 'other'),
});

const rules = Object.entries(KINDS).map(([kind, { apiVersions, spec }]) =>
  fc.record({
    apiVersion: nearly(fc.constantFrom(...apiVersions)),
    kind: fc.constant(kind),
    metadata: nearly(metadata),
    spec: valueOf(spec, 'spec'),
  }),
);

const labels = fc.record({ app: fc.constantFrom(...NAMES), version: fc.constantFrom('v1', 'v2') });
const port = fc.record(
  {
    name: fc.constantFrom('http', 'tcp', 'grpc-a', 'x', 'http-a'),
    port: nearly(fc.constantFrom(80, 8080, 443)),
    targetPort: nearly(fc.constantFrom(8080, 'http', 5000)),
    protocol: fc.constantFrom('TCP', 'UDP'),
  },
  { requiredKeys: ['port'] },
);
const workload = fc.record({
  apiVersion: fc.constant('apps/v1'),
  kind: fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'),
  metadata,
  spec: fc.record({
    replicas: nearly(fc.integer({ min: 0, max: 3 })),
    selector: fc.record({ matchLabels: labels }),
    template: nearly(
      fc.record({
        metadata: fc.record({
          labels,
          annotations: fc.constantFrom(
            {},
            { 'sidecar.istio.io/inject': 'false' },
            { 'proxy.istio.io/config': 'concurrency: 3' },
            { 'proxy.istio.io/config': '{' },
          ),
        }),
        spec: fc.record({
          containers: fc.array(
            fc.record({
              name: fc.constantFrom('app', 'side', 'istio-proxy'),
              image: fc.constantFrom(
                'shop:1',
                'kennethreitz/httpbin',
                'fortio/fortio',
                'envoy',
                '',
              ),
              ports: fc.array(fc.record({ containerPort: nearly(fc.constantFrom(8080, 5000)) }), {
                maxLength: 2,
              }),
              args: fc.constantFrom([], ['load', '-c', '2', 'http://shop/'], ['--nonsense']),
              env: nearly(fc.constantFrom([], [{ name: 'DELAY', value: '5s' }], [{ name: 'URL' }])),
            }),
            { minLength: 1, maxLength: 2 },
          ),
        }),
      }),
    ),
  }),
});
const service = fc.record({
  apiVersion: fc.constant('v1'),
  kind: fc.constant('Service'),
  metadata,
  spec: nearly(
    fc.record({
      selector: nearly(labels),
      ports: fc.array(port, { maxLength: 2 }),
      clusterIP: fc.constantFrom('None', ''),
    }),
  ),
});
const other = fc.record({
  apiVersion: nearly(fc.constantFrom('v1', 'batch/v1', 'apps/v1')),
  kind: nearly(
    fc.constantFrom('Namespace', 'Pod', 'Job', 'ConfigMap', 'Endpoints', 'List', 'Node'),
  ),
  metadata,
  items: fc.constantFrom(undefined, [], [{}]),
  spec: fc.constantFrom(undefined, {}, { containers: [{ name: 'app', image: 'shop:1' }] }),
  data: fc.constantFrom(undefined, { 'experiment.json': '{}' }, { a: 1 }),
});

const objects = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...rules) },
    { weight: 3, arbitrary: workload },
    { weight: 3, arbitrary: service },
    { weight: 1, arbitrary: other },
  ),
  { minLength: 1, maxLength: 4 },
);

/** A text with a piece of it gone, doubled, or in its place something that means something in YAML. */
function broken(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.nat(text.length),
      fc.nat(20),
      fc.constantFrom(
        '',
        ':',
        '\t',
        '- ',
        '&a ',
        '*a',
        '{{ .x }}',
        '\n---\n',
        '"',
        '!!str ',
        '<<: ',
      ),
    )
    .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length));
}

/** What the rules are about, in three of four documents. */
const STANDING = NAMES.flatMap((name) => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  },
  ...['v1', 'v2'].map((version) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `${name}-${version}`, namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: name, version } },
      template: {
        metadata: { labels: { app: name, version } },
        spec: {
          containers: [{ name: 'app', image: 'shop:1', ports: [{ containerPort: 8080 }] }],
        },
      },
    },
  })),
]);

/** One in ten is broken as a text. */
export const documents: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom([], STANDING, STANDING, STANDING), objects)
  .map(([standing, all]) => [...standing, ...all].map((one) => stringify(one)).join('---\n'))
  .chain((text) =>
    fc.oneof({ weight: 9, arbitrary: fc.constant(text) }, { weight: 1, arbitrary: broken(text) }),
  );
