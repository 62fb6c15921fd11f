/**
 * Input that cannot be used, through the real command line: one clear message on stderr, exit code
 * 2, nothing on stdout, nothing started.
 */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listStacks } from '../../../config/stackFiles.ts';
import type { Outcome } from '../../support/lab.ts';
import { labHere as lab } from '../../support/labHere.ts';
import {
  clientWith,
  destinationRule,
  documents,
  objects,
  serverWith,
} from '../../support/manifests.ts';
import { ROOT } from '../../support/project.ts';
import { temporaryFolder } from '../../support/folder.ts';

const folder = temporaryFolder();

let runs = 0;

/** Runs `lab` with an Envoy that leaves a trace where it is so much as asked for its version. */
async function labWithTrap(args: readonly string[]): Promise<Outcome & { started: boolean }> {
  const envoy = join(folder, `envoy-${(runs += 1)}`);
  writeFileSync(envoy, `#!/bin/sh\n: > '${envoy}.trace'\nexit 1\n`);
  chmodSync(envoy, 0o755);
  const inFolder = args.map((arg) => arg.replace('{folder}', folder));
  const outcome = await lab(inFolder, { ENVOY_PATH: envoy });
  return { ...outcome, started: existsSync(`${envoy}.trace`) };
}

/** A file of manifests for one test, as an argument. */
function manifest(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return `{folder}/${name}`;
}

const { namespace, service, server, client } = objects;
const mesh = [namespace, service, server, client];

const LIMIT = 'a whole number from 0 to 2147483647 (0: no limit, as in Istio)';
const DURATION = "a duration with its unit, such as '5s', '250ms' or '1m30s'";

/** Arguments, and all of what is said about them: its text, or its form where a library words it. */
const cases: Record<string, [args: string[], message: string | RegExp][]> = {
  'a sweep': [
    [
      ['sweep', 'fail-fast'],
      '--vary: name at least one key and its values, such as --vary maxConnections=1..20',
    ],
    [
      ['sweep', 'fail-fast', '--vary', 'maxConnections=1..4000', '--vary', 'maxRetries=1..2500'],
      '--vary: 4000 x 2500 values make 10,000,000 cells, at most 40,000. At most 200 of each would do; ' +
        'take wider steps: --vary maxConnections=1..4000:80 --vary maxRetries=1..2500:50',
    ],
    [
      ['sweep', 'fail-fast', '--vary', 'maxConnections=9..1'],
      "--vary maxConnections=9..1: '9..1' is empty: 9 is more than 1; write 1..9",
    ],
    [
      ['sweep', 'fail-fast', '--vary', 'maxConections=1..9'],
      "--vary maxConections=1..9: unknown key 'maxConections'. Did you mean 'maxConnections'? " +
        'Pulumi.yaml lists every key',
    ],
    [
      ['sweep', 'fail-fast', '--vary', 'maxConnections=1..9', '--load', 'often'],
      /^load 'often': must be a load such as 'batch\(10, every=20s\)'/,
    ],
    [
      ['sweep', 'fail-fast', '--vary', 'maxConnections=1..9', '--svg', '{folder}/none/map.svg'],
      /^--svg .*map\.svg: there is no folder .*none\n$/,
    ],
    [
      ['sweep', 'fail-fast', '--vary', 'maxConnections=1..9', '--seeds', '0'],
      '--seeds 0: must be a whole number from 1 to 10000',
    ],
    [
      ['sweep', 'fail-fast', '--vary', 'maxConnections=1..9', '--objective', 'fast'],
      /^objective 'fast': write a metric/,
    ],
  ],
  'a stack': [
    [
      ['run', 'fail-fst'],
      "no stack 'fail-fst': there is no Pulumi.fail-fst.yaml. Did you mean 'fail-fast'? " +
        `Stacks: ${listStacks(ROOT).join(', ')}`,
    ],
    [
      ['run', 'fail-fast', '--hey'],
      '--hey: hey sends as a closed load does, and no client of this experiment sends so. ' +
        'Leave --hey out, or run a stack with such a load: --set load=closed',
    ],
    [
      ['run', '--all', '--hey'],
      '--hey goes with one experiment: name its stack, and leave out --all',
    ],
    [['run'], 'name a stack, or --manifests <file or folder>'],
    [
      ['run', 'fail-fast', '--manifests', '{folder}'],
      "name a stack ('fail-fast') or --manifests, not both",
    ],
  ],

  'the configuration': [
    [
      ['run', 'fail-fast', '--set', 'maxConection=5'],
      "--set maxConection=5: unknown key 'maxConection'. Did you mean 'maxConnections'? " +
        'Pulumi.yaml lists every key',
    ],
    [
      ['run', 'fail-fast', '--set', 'maxConnections=five'],
      `--set: maxConnections: 'five' is not allowed. Allowed: ${LIMIT}. ` +
        'For example: --set maxConnections=5',
    ],
    [
      ['run', 'fail-fast', '--set', 'maxConnections=-1'],
      `--set: maxConnections: '-1' is not allowed. Allowed: ${LIMIT}. ` +
        'For example: --set maxConnections=5',
    ],
    [
      ['synth', 'fail-fast', '--set', 'serverDelay=5'],
      `--set: serverDelay: '5' is not allowed. Allowed: ${DURATION}, of at most 24h. ` +
        'For example: --set serverDelay=5s',
    ],
    [
      ['run', 'fail-fast', '--set', 'outlierDetection={"interval":"1x"}'],
      `--set: outlierDetection: '{"interval":"1x"}' is not allowed (interval is "1x": must be ${DURATION}, ` +
        "and at least 1ms). Allowed: the fields of Istio's outlierDetection. " +
        `For example: --set outlierDetection='{"consecutive5xxErrors":5}'`,
    ],
    [
      ['run', 'fail-fast', '--set', 'maxConnections'],
      '--set maxConnections: write it as key=value, such as --set maxConnections=5',
    ],
    [
      ['run', 'fail-fast', '--set', 'maxConcurrentStreams=5'],
      "Pulumi.fail-fast.yaml: maxConcurrentStreams: '5' has no effect on HTTP/1.1: istiod drops it " +
        'unless the cluster speaks HTTP/2. Set h2UpgradePolicy to UPGRADE as well, or ' +
        'maxConcurrentStreams to 0.',
    ],
    [
      ['run', 'fail-fast', '--strict', '--set', 'serverImage=nginx:1.29'],
      /^--strict: the objects are not whole; without it would be:\n {2}circuitbreaker\/pyserver: image 'nginx:1\.29' .+\n$/,
    ],
  ],

  manifests: [
    [
      ['run', '--manifests', manifest('broken.yaml', 'apiVersion: v1\nkind: [Service\nspec: {}\n')],
      /^\S+\/broken\.yaml:3: .+\n$/,
    ],
    [
      ['run', '--manifests', '{folder}/nowhere.yaml'],
      `${join(folder, 'nowhere.yaml')}: there is no such file or directory of manifests`,
    ],
    [
      ['run', '--manifests', manifest('notes.yaml', '# notes\ntitle: not an object\n')],
      /^\S+\/notes\.yaml:2: .+ it needs apiVersion, kind and metadata\.name\n$/,
    ],
    [
      ['run', '--manifests', manifest('dry.yaml', documents(...mesh)), '--set', 'maxConnections=5'],
      '--set turns the keys of a stack; edit the manifests themselves instead',
    ],
    [
      [
        ...['run', '--proxy-concurrency', '0'],
        ...['--manifests', manifest('threads.yaml', documents(...mesh))],
      ],
      '--proxy-concurrency 0: must be a whole number from 1 to 128',
    ],
    [
      [
        'run',
        '--manifests',
        manifest(
          'field.yaml',
          documents(
            ...mesh,
            destinationRule({
              host: 'pyserver',
              trafficPolicy: { connectionPool: { tcp: { maxConection: 5 } } },
            }),
          ),
        ),
      ],
      /^\S+\/field\.yaml:\d+: DestinationRule lab\/pyserver: spec\.trafficPolicy\.connectionPool\.tcp\.maxConection is not a field known here\. Did you mean 'maxConnections'\?\n$/,
    ],
    [
      [
        ...['run', '--strict', '--manifests'],
        manifest('image.yaml', documents(namespace, service, serverWith('nginx:1.29', {}), client)),
      ],
      /^--strict: .+\n {2}lab\/pyserver: image 'nginx:1\.29' is not known here .+\n$/,
    ],
    [
      [
        'run',
        '--manifests',
        manifest(
          'delay.yaml',
          documents(
            namespace,
            service,
            serverWith('circuit-lab-server:dev', { DELAY: '5' }),
            client,
          ),
        ),
      ],
      `environment variable DELAY is '5': must be ${DURATION}`,
    ],
    [
      ['run', '--strict', '--manifests', manifest('quiet.yaml', documents(service, server))],
      '--strict: the objects are not whole; without it would be:\n' +
        '  Namespace lab: made up, with sidecar injection (istio-injection: enabled).\n' +
        '  Deployment lab/client: made up, as nobody sends; it sends batch(10, every=1s) to ' +
        'http://pyserver/, made up as well.',
    ],
    [
      ['run', '--manifests', manifest('empty.yaml', documents(namespace))],
      'no pod sends requests: a Deployment of image circuit-lab-client is needed for an experiment',
    ],
    [
      [
        'run',
        '--manifests',
        manifest(
          'url.yaml',
          documents(namespace, service, server, clientWith({ URL: 'http://pysrver/' })),
        ),
      ],
      "pod lab/pyclient-0: URL 'http://pysrver/': no Service answers there. " +
        "Did you mean 'pyserver'? Services: pyserver",
    ],
  ],

  'the command line': [
    [['run', 'fail-fast', '--batches', '0'], '--batches 0: must be a whole number from 1 to 1000'],
    [
      ['run', 'fail-fast', '--batches', 'three'],
      '--batches three: must be a whole number from 1 to 1000',
    ],
    [['rnu'], "error: unknown command 'rnu'\n(Did you mean run?)\n(--help lists what there is)"],
    [
      ['run', 'fail-fast', '--bathces', '3'],
      "error: unknown option '--bathces'\n(Did you mean --batches?)\n(--help lists what there is)",
    ],
    [
      ['run', 'fail-fast', 'dev'],
      "error: too many arguments for 'run'. Expected 1 argument but got 2: fail-fast, dev.\n" +
        '(--help lists what there is)',
    ],
    [['synth'], "error: missing required argument 'stack'\n(--help lists what there is)"],
    [
      ['config', 'fail-fast'],
      'name one pod and one part: lab config <stack> <pod> [clusters|routes|listeners|endpoints|all]',
    ],
    [
      ['config', 'fail-fast', 'pyclient', 'clusters', 'routes'],
      'name one pod and one part: lab config <stack> <pod> [clusters|routes|listeners|endpoints|all]',
    ],
    [
      ['config', 'fail-fast', 'pyclient', 'cluster'],
      "'cluster' is no part of a configuration. Parts: clusters, routes, listeners, endpoints, all",
    ],
    [
      ['config', 'fail-fast', 'pyclint'],
      "no one pod is called 'pyclint'. Pods: pyclient-0, pyserver-0",
    ],
    [
      ['config', 'baseline', 'pyclient', '--set', 'injection=false'],
      'pod circuitbreaker/pyclient-0 has no sidecar: its namespace is not labelled ' +
        'istio-injection: enabled, or it opted out',
    ],
  ],
};

describe.concurrent.each(Object.entries(cases))('%s that cannot be used', (_, rows) => {
  it.concurrent.each(rows)('lab %j', async (args, message) => {
    const { code, stdout, stderr, started } = await labWithTrap(args);
    if (typeof message === 'string') expect(stderr).toBe(`${message}\n`);
    else expect(stderr).toMatch(message);
    expect({ code, stdout, started }).toEqual({ code: 2, stdout: '', started: false });
  });
});

it('the trap itself works: a run that may start asks its Envoy first', async () => {
  const { code, stderr, started } = await labWithTrap(['run', 'fail-fast']);
  expect(started).toBe(true);
  expect(code).toBe(2);
  expect(stderr).toMatch(/ENVOY_PATH is \S+, which is not an Envoy/);
});
