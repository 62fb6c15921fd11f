import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../errors/labError.ts';
import { keys } from '../../config/keys.ts';
import { parseConfig } from '../../config/parse.ts';
import { projectDefaults } from '../../config/stackFiles.ts';
import { configWith, ROOT } from '../support/project.ts';

const WHERE = 'Pulumi.test.yaml';
const LIMIT = 'a whole number from 0 to 2147483647 (0: no limit, as in Istio)';
const DURATION = "a duration with its unit, such as '5s', '250ms' or '1m30s'";

/** The whole message of a value that is refused. */
const refusals: [key: string, value: string, message: string][] = [
  [
    'maxConnections',
    'five',
    `'five' is not allowed. Allowed: ${LIMIT}. For example: pulumi config set maxConnections 5`,
  ],
  [
    'maxConnections',
    '-1',
    `'-1' is not allowed. Allowed: ${LIMIT}. For example: pulumi config set maxConnections 5`,
  ],
  [
    'maxConnections',
    '2147483648',
    `'2147483648' is not allowed. Allowed: ${LIMIT}. For example: pulumi config set maxConnections 5`,
  ],
  [
    'maxConnections',
    '5.5',
    `'5.5' is not allowed. Allowed: ${LIMIT}. For example: pulumi config set maxConnections 5`,
  ],
  [
    'maxConnections',
    '',
    `'' is not allowed. Allowed: ${LIMIT}. For example: pulumi config set maxConnections 5`,
  ],
  [
    'serverDelay',
    '5',
    `'5' is not allowed. Allowed: ${DURATION}, of at most 24h. For example: pulumi config set serverDelay 5s`,
  ],
  [
    'serverDelay',
    '100000h',
    `'100000h' is not allowed. Allowed: ${DURATION}, of at most 24h. For example: pulumi config set serverDelay 5s`,
  ],
  [
    'versions',
    '{"v1":{"delay":"100000h"}}',
    `'{"v1":{"delay":"100000h"}}' is not allowed (v1.delay is "100000h": must be at most 24h). Allowed: an object ` +
      'of versions, each with replicas, status, delay or delayMin and delayMax, weight. ' +
      'For example: pulumi config set --path versions.v2.status 502',
  ],
  [
    'gateways',
    '[]',
    "'[]' is not allowed. Allowed: a list of 'mesh' and 'ingress'. " +
      "For example: pulumi config set --path 'gateways[0]' mesh",
  ],
  [
    'connectTimeout',
    '0s',
    `'0s' is not allowed. Allowed: ${DURATION}, or '' for unset. ` +
      'For example: pulumi config set connectTimeout 5s',
  ],
  [
    'batchSize',
    '0',
    "'0' is not allowed. Allowed: a whole number from 1 to 1000. " +
      'For example: pulumi config set batchSize 5',
  ],
  [
    'injection',
    'yes',
    "'yes' is not allowed. Allowed: true or false. For example: pulumi config set injection true",
  ],
  [
    'platform',
    'docker',
    "'docker' is not allowed. Allowed: one of local, kubernetes. " +
      'For example: pulumi config set platform local',
  ],
  [
    'namespace',
    'Circuit_Breaker',
    "'Circuit_Breaker' is not allowed. Allowed: a Kubernetes name: lower case letters, digits " +
      "and '-', at most 63. For example: pulumi config set namespace circuitbreaker",
  ],
  [
    'serverImage',
    'my image',
    "'my image' is not allowed. Allowed: the name of a container image. " +
      'For example: pulumi config set serverImage circuit-lab-server:dev',
  ],
  [
    'outlierDetection',
    '{"interval":"1x"}',
    `'{"interval":"1x"}' is not allowed (interval is "1x": must be ${DURATION}, and at least 1ms). ` +
      "Allowed: the fields of Istio's outlierDetection. " +
      'For example: pulumi config set --path outlierDetection.consecutive5xxErrors 5',
  ],
  [
    'outlierDetection',
    '{"intervall":"1s"}',
    `'{"intervall":"1s"}' is not allowed (intervall is not a field known here. Did you mean 'interval'?). ` +
      "Allowed: the fields of Istio's outlierDetection. " +
      'For example: pulumi config set --path outlierDetection.consecutive5xxErrors 5',
  ],
  [
    'retryBudget',
    '{percent: 20}',
    "'{percent: 20}' is not allowed (is not an object or list). Allowed: percent, " +
      'minRetryConcurrency. For example: pulumi config set --path retryBudget.percent 20',
  ],
  [
    'tcpKeepalive',
    '[]',
    `'[]' is not allowed. Allowed: probes, time, interval. ` +
      'For example: pulumi config set --path tcpKeepalive.time 60s',
  ],
];

describe('a value that is not allowed', () => {
  it.each(refusals)(
    'is refused with key, value, what is allowed and how: %s %j',
    (key, value, message) => {
      expect(() => configWith({ [key]: value })).toThrow(
        new LabError(`${WHERE}: ${key}: ${message}`),
      );
    },
  );

  it('is named by its place in a structure', () => {
    const nameless = '[{"name":"a","count":[1,1]},{"name":"","count":[1,1]}]';
    expect(() => configWith({ expect: nameless })).toThrow(
      `${WHERE}: expect: '${nameless}' is not`,
    );
    expect(() => configWith({ retries: '{"attempts":-1}' })).toThrow(
      '(attempts is -1: must be at least 0)',
    );
  });

  it.each([
    ['{"name":"x"}', '(0: needs count, mean or share: what should be seen)'],
    [
      '{"name":"x","sttus":200,"count":[1,2]}',
      "(0.sttus is not a field known here. Did you mean 'status'?)",
    ],
    [
      '{"name":"x","count":[3,2]}',
      '(0.count is [3,2]: the first number must not exceed the second)',
    ],
    [
      '{"name":"x","statistic":"upstream_cx_active","of":"client"}',
      '(0: needs total (of a counter) or peak (of a gauge): what should be seen)',
    ],
    [
      '{"name":"x","statistic":"upstream_cx_active","of":"sever","peak":[1,2]}',
      '(0.of is "sever": must be one of client, gateway, server)',
    ],
  ])('says of an expectation %s what is wrong by the form it was meant to have', (entry, why) => {
    expect(() => configWith({ expect: `[${entry}]` })).toThrow(why);
  });

  it.each(['9'.repeat(400), '1e3', '0x10', '٥', ' 5', '5 '])(
    'is refused although JavaScript would make a number of it: %j',
    (value) => {
      expect(() => configWith({ maxConnections: value })).toThrow(LabError);
    },
  );

  it('is never the reason for anything but an LabError that names its key', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(keys)),
        fc.oneof(fc.string(), fc.json(), fc.integer().map(String)),
        (key, value) => {
          try {
            configWith({ [key]: value });
          } catch (error) {
            expect(error).toBeInstanceOf(LabError);
            expect((error as Error).message).toContain(key);
          }
        },
      ),
    );
  });
});

describe('a key', () => {
  it.each([
    ['maxConection', 'maxConnections'],
    ['max_connections', 'maxConnections'],
    ['http1MaxPendingRequest', 'http1MaxPendingRequests'],
    ['outlierdetection', 'outlierDetection'],
    ['serverdelay', 'serverDelay'],
  ])('that nobody knows is refused with the nearest known one: %s, %s', (key, nearest) => {
    expect(() => configWith({ [key]: '5' })).toThrow(
      new LabError(
        `${WHERE}: unknown key '${key}'. Did you mean '${nearest}'? Pulumi.yaml lists every key; ` +
          `remove this one with: pulumi config rm ${key}`,
      ),
    );
  });

  it.each([
    ['replicas', "'serverReplicas' or 'clientReplicas'"],
    ['delay', "'serverDelay'"],
    ['connections', "'maxConnections'"],
    ['Pending', "'http1MaxPendingRequests'"],
  ])('that is a part of known ones is refused with those: %s, %s', (key, known) => {
    expect(() => configWith({ [key]: '5' })).toThrow(
      `${WHERE}: unknown key '${key}'. Did you mean ${known}? Pulumi.yaml lists every key; `,
    );
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'is not known only because every JavaScript object has it: %s',
    (key) => {
      expect(() => configWith({ [key]: '5' })).toThrow(`${WHERE}: unknown key '${key}'`);
    },
  );

  it('without a value is refused: nothing is guessed where the CLI merged no default in', () => {
    const all = Object.entries(projectDefaults(ROOT));
    const others = Object.fromEntries(all.filter(([key]) => key !== 'batchSize'));
    expect(() => parseConfig(others, WHERE)).toThrow(
      new LabError(`${WHERE}: batchSize has no value and Pulumi.yaml declares no default for it`),
    );
  });
});

describe('a combination that could not do what it says', () => {
  it('a limit of streams without HTTP/2', () => {
    expect(() => configWith({ maxConcurrentStreams: '5' })).toThrow(
      new LabError(
        `${WHERE}: maxConcurrentStreams: '5' has no effect on HTTP/1.1: istiod drops it unless the ` +
          'cluster speaks HTTP/2. Set h2UpgradePolicy to UPGRADE as well, or maxConcurrentStreams to 0.',
      ),
    );
    expect(configWith({ maxConcurrentStreams: '5', h2UpgradePolicy: 'UPGRADE' })).toMatchObject({
      maxConcurrentStreams: 5,
    });
  });

  it('fewer batches at most than warm ones are wanted', () => {
    expect(() => configWith({ maxBatches: '2', warmBatches: '3' })).toThrow(
      new LabError(
        `${WHERE}: maxBatches: '2' is less than warmBatches (3), so the run could never end well. ` +
          'Raise maxBatches.',
      ),
    );
    // An exact number of batches asks for none of both.
    expect(configWith({ batches: '1', maxBatches: '2', warmBatches: '3' }).batches).toBe(1);
  });

  it("a policy for subsets, where no version is a subset's", () => {
    expect(() => configWith({ policyScope: 'subsets', versions: '{"v1":{}}' })).toThrow(
      `${WHERE}: policyScope: 'subsets' needs subsets.`,
    );
  });

  it('images to be pushed without a registry', () => {
    expect(() => configWith({ images: 'build' })).toThrow(
      `${WHERE}: images: 'build' needs a registry to push to. Set registry, such as ghcr.io/someone`,
    );
    expect(configWith({ images: 'build', registry: 'ghcr.io/a' }).registry).toBe('ghcr.io/a');
    expect(configWith({ images: 'kind' }).registry).toBe('');
  });

  it('mutual TLS without the sidecars that would do it', () => {
    expect(() => configWith({ mtls: 'strict', injection: 'false' })).toThrow(
      `${WHERE}: mtls: 'strict' has no effect without sidecars.`,
    );
  });

  it('an entry at a gateway for which no route holds', () => {
    expect(() => configWith({ entry: 'gateway' })).toThrow(
      `${WHERE}: entry: 'gateway' finds no route: the VirtualService holds for mesh only. ` +
        'Add ingress to gateways, or set entry to mesh.',
    );
    expect(configWith({ entry: 'gateway', gateways: '["mesh","ingress"]' }).entry).toBe('gateway');
  });

  it('a gateway of its own that nothing enters by, or that nobody makes', () => {
    expect(() => configWith({ ownGateway: 'true' })).toThrow(
      `${WHERE}: ownGateway: 'true' has no effect: the VirtualService holds for mesh only.`,
    );
    const own = { ownGateway: 'true', gateways: '["ingress"]' };
    expect(() => configWith({ ...own, injection: 'false' })).toThrow(
      `${WHERE}: ownGateway: 'true' needs the injector`,
    );
    expect(configWith(own).ownGateway).toBe(true);
  });
});
