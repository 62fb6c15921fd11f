import { describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { refuseTooMany } from '../../../lab/local/tooMany.ts';
import { planOf } from '../../../lab/mesh/plan.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';

interface Workload {
  readonly image: string;
  readonly replicas?: number;
  readonly namespace?: string;
  readonly url?: string;
  readonly containers?: number;
}

function deployment(name: string, workload: Workload): KubernetesObject {
  const { image, replicas = 1, namespace = 'shop', url, containers = 1 } = workload;
  const labels = { app: name };
  const env = url === undefined ? [] : [{ name: 'URL', value: url }];
  const template = {
    metadata: { labels },
    spec: {
      containers: Array.from({ length: containers }, (_, n) => ({ name: `app-${n}`, image, env })),
    },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

function service(name: string, port = 80, namespace = 'shop'): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ name: 'http', port, targetPort: 5000 }] },
  };
}

const plan = (...objects: KubernetesObject[]): ReturnType<typeof planOf> => planOf(meshOf(objects));
const server = deployment('pyserver', { image: 'circuit-lab-server:dev', replicas: 2 });
const client = (url?: string, namespace?: string): KubernetesObject =>
  deployment('pyclient', {
    image: 'circuit-lab-client:dev',
    ...(url !== undefined && { url }),
    ...(namespace !== undefined && { namespace }),
  });

function messageOf(...objects: KubernetesObject[]): string {
  try {
    plan(...objects);
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    return (error as LabError).message;
  }
  return expect.fail('expected an LabError');
}

it('tells servers, clients and what these ask for', () => {
  const { servers, gateways, clients } = plan(server, service('pyserver'), client());
  expect(servers.map(({ pod, app }) => [pod.name, app])).toEqual([
    ['pyserver-0', 'server'],
    ['pyserver-1', 'server'],
  ]);
  expect(gateways).toEqual([]);
  expect(
    clients.map(({ pod, url, service: asked, servicePort }) => [
      pod.name,
      url.href,
      asked.host,
      servicePort,
    ]),
  ).toEqual([['pyclient-0', 'http://pyserver/index', 'pyserver.shop.svc.cluster.local', 80]]);
});

it.each([
  'circuit-lab-server',
  'circuit-lab-server:dev',
  'registry.example:5000/team/circuit-lab-server:1.2',
  'ghcr.io/team/circuit-lab-server@sha256:0123456789abcdef',
])('runs the image %s as the server', (image) => {
  const { servers } = plan(deployment('pyserver', { image }), service('pyserver'), client());
  expect(servers).toHaveLength(1);
});

it.each([
  ['http://pyserver', 80],
  ['http://pyserver:80/index', 80],
  ['http://pyserver.shop/index', 80],
  ['http://pyserver.shop.svc/index', 80],
  ['http://pyserver.shop.svc.cluster.local/index?a=b', 80],
])('finds the Service of %s', (url, port) => {
  const [found] = plan(server, service('pyserver'), client(url)).clients;
  expect(found).toMatchObject({ service: { name: 'pyserver' }, servicePort: port });
});

it('takes a short name for a Service of the caller’s own namespace', () => {
  const both = [service('pyserver', 80, 'other'), service('pyserver', 80, 'shop')];
  const [found] = plan(server, ...both, client('http://pyserver/index')).clients;
  expect(found?.service.namespace).toBe('shop');
});

it('runs a server in place of any other image, and nothing of what nobody asks', () => {
  const web = deployment('pyserver', { image: 'nginx:1.27', replicas: 2 });
  const lonely = deployment('lonely', { image: 'nginx:1.27' });
  const { servers } = plan(web, lonely, service('pyserver'), client());
  expect(servers.map(({ pod, env }) => [pod.name, env])).toEqual([
    ['pyserver-0', { PATHS: 'any', BEHAVIOUR: '{"serviceTime":"10ms"}' }],
    ['pyserver-1', { PATHS: 'any', BEHAVIOUR: '{"serviceTime":"10ms"}' }],
  ]);
});

describe('an experiment that cannot send is refused', () => {
  const where = (url: string): string => `pod shop/pyclient-0: URL '${url}'`;

  it('without a client', () => {
    expect(messageOf(server, service('pyserver'))).toBe(
      'no pod sends requests: a Deployment of image circuit-lab-client is needed for an experiment',
    );
  });

  it.each(['pyserver/index', 'https://pyserver/index', '', 'ftp://pyserver'])(
    'to the URL %j',
    (url) => {
      expect(messageOf(server, service('pyserver'), client(url))).toBe(
        `${where(url)}: must be an http:// URL, such as http://pyserver/index`,
      );
    },
  );

  it.each([
    ['a name that is nearly one', 'http://pyservr/index', 'pyserver'],
    ['another port', 'http://pyserver:8080/index', 'pyserver'],
    ['another namespace', 'http://pyserver.other/index', 'pyserver'],
    ['the nearest of several', 'http://gatway:8080/index', 'gateway:8080'],
  ])('to %s', (_, url, nearest) => {
    const services = [service('pyserver'), service('gateway', 8080)];
    expect(messageOf(server, ...services, client(url))).toBe(
      `${where(url)}: no Service answers there. Did you mean '${nearest}'? ` +
        'Services: pyserver, gateway:8080',
    );
  });

  it('to a short name in another namespace, which is told by its longer one', () => {
    const url = 'http://pyserver/index';
    expect(messageOf(server, service('pyserver'), client(url, 'other'))).toBe(
      `pod other/pyclient-0: URL '${url}': no Service answers there. ` +
        "Did you mean 'pyserver.shop'? Services: pyserver.shop",
    );
  });

  it('where there is no Service', () => {
    const url = 'http://pyserver/index';
    expect(messageOf(server, client(url))).toBe(
      `${where(url)}: no Service answers there. There is no Service at all.`,
    );
  });
});

it('more pods than a machine should run are refused before anything is started', () => {
  const mesh = (replicas: number): ReturnType<typeof meshOf> =>
    meshOf([
      deployment('server', { image: 'circuit-lab-server', replicas }),
      service('server'),
      deployment('client', { image: 'circuit-lab-client', url: 'http://server/' }),
    ]);
  const refuse = (replicas: number) => (): void => {
    refuseTooMany(planOf(mesh(replicas)));
  };
  expect(refuse(249)).not.toThrow();
  expect(refuse(250)).toThrow('251 pods are too many for one machine: at most 250 are run');
  expect(() => mesh(2_000_000_000)).toThrow('at most 10000 are understood');
});
