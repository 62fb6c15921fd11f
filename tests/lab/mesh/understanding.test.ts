import { describe, expect, it } from 'vitest';
import { behaviours, type Behaviours } from '../../../experiment/behaviour.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { Mesh, Runs } from '../../../lab/mesh/model.ts';
import { deployment, namespace, podNamed, service } from './objects.ts';

function image(name: string, containers: readonly object[]): ReturnType<typeof deployment> {
  return deployment(name, { spec: { containers } });
}

function shop(
  behaviour: Behaviours = {},
  containers: readonly object[] = [{ name: 'app', image: 'acme/web:1' }],
): Mesh {
  return meshOf([namespace(), image('web', containers), service('web')], {
    behaviour: behaviours.parse(behaviour),
  });
}

function runs(mesh: Mesh, name = 'web-0'): Runs {
  return podNamed(mesh, name).runs;
}

function told(mesh: Mesh, name = 'web-0'): unknown {
  const found = runs(mesh, name);
  return found.app === 'idle' ? undefined : JSON.parse(found.env['BEHAVIOUR'] ?? 'null');
}

describe('an image that is not known', () => {
  it('is a server whose behaviour is made up, and said', () => {
    const mesh = shop();
    expect(told(mesh)).toEqual({ serviceTime: '10ms' });
    expect(mesh.madeUp).toEqual([
      "shop/web: image 'acme/web:1' is not known here and no service time is given for it: answers after 10ms.",
    ]);
  });

  it('behaves as given, and nothing is made up', () => {
    const mesh = shop({ web: { serviceTime: '50ms' } });
    expect(told(mesh)).toEqual({ serviceTime: '50ms' });
    expect(mesh.madeUp).toEqual([]);
  });

  it('does nothing where no Service selects its pods', () => {
    const mesh = meshOf([namespace(), image('web', [{ name: 'app', image: 'acme/web:1' }])]);
    expect(runs(mesh)).toEqual({
      app: 'idle',
      said: "image 'acme/web:1' is not known here and no Service selects its pods: it does nothing",
    });
  });
});

it("keeps the variables of the project's own server, with the behaviour that is given over them", () => {
  const env = [{ name: 'DELAY', value: '1s' }];
  const own = [{ name: 'app', image: 'registry/circuit-lab-server:dev', env }];
  expect(runs(shop({}, own))).toMatchObject({ app: 'server', env: { DELAY: '1s' } });
  expect(runs(shop({ web: { keepAlive: false } }, own))).toMatchObject({
    env: { DELAY: '1s', BEHAVIOUR: '{"keepAlive":false}' },
  });
});

it.each([
  [{ name: 'app', image: 'curlimages/curl:8.8' }],
  [{ name: 'app', image: 'acme/tool', command: ['/bin/sleep', 'infinity'] }],
])('a pod that only waits is idle: %j', (container) => {
  expect(runs(shop({}, [container])).app).toBe('idle');
});

it('of several containers takes the one at whose port the Service is answered', () => {
  const agent = { name: 'agent', image: 'acme/agent', ports: [{ containerPort: 9000 }] };
  const web = { name: 'web', image: 'acme/web', ports: [{ containerPort: 5000 }] };
  expect(runs(shop({}, [agent, web]))).toMatchObject({ container: { name: 'web' }, ports: [5000] });
});

it('answers at every port that Services ask for, by number or name', () => {
  const ports = [
    { name: 'web', containerPort: 8080 },
    { name: 'admin', containerPort: 8081 },
  ];
  const mesh = meshOf(
    [
      ...[namespace(), image('web', [{ name: 'app', image: 'acme/web', ports }])],
      service('web', { name: 'http', port: 80, targetPort: 'web' }),
      service('web', { name: 'http', port: 80, targetPort: 9090 }, { selector: { app: 'web' } }),
    ].map((one, n) => ({
      ...one,
      metadata: { ...one.metadata, name: n === 3 ? 'admin' : one.metadata.name },
    })),
  );
  expect(runs(mesh)).toMatchObject({ ports: [8080, 9090] });
});

describe('of several patterns', () => {
  it.each([
    [{ '*': '1ms', 'w*': '2ms', web: '3ms' }, '3ms'],
    [{ web: '3ms', 'w*': '2ms' }, '3ms'],
    [{ 'w*': '2ms', 'we*': '4ms', '*': '1ms' }, '4ms'],
    [{ '*': '1ms', 'shop/*': '5ms' }, '5ms'],
    [{ 'shop/web': '6ms', web: '3ms' }, '6ms'],
  ])('of %j', (given, serviceTime) => {
    expect(told(shop(given as never))).toEqual({ serviceTime });
  });

  it('each field is of the most specific that has it', () => {
    const given = { '*': { serviceTime: '1ms', keepAlive: false }, web: { serviceTime: '3ms' } };
    expect(told(shop(given))).toEqual({ serviceTime: '3ms', keepAlive: false });
  });
});

it.each([
  [
    'wbe',
    "behaviour of 'wbe': no workload is called so. Did you mean 'web'? Workloads that serve: web",
  ],
  [
    'shop/wbe',
    "behaviour of 'shop/wbe': no workload is called so. Did you mean 'shop/web'? Workloads that serve: shop/web",
  ],
])('refuses the pattern %s, which names nothing', (pattern, message) => {
  expect(() => shop({ [pattern]: { serviceTime: '1ms' } })).toThrow(message);
});

describe('calls', () => {
  const calling = (calls: string[]): unknown =>
    (told(shop({ web: { calls } })) as { calls?: { url: string }[] }).calls?.map(({ url }) => url);

  it.each([
    ['web', 'http://web:80/'],
    ['web:80/index?a=b', 'http://web:80/index?a=b'],
    ['web.shop', 'http://web.shop:80/'],
    ['http://web.shop.svc.cluster.local/x', 'http://web.shop.svc.cluster.local:80/x'],
  ])('%s goes to %s', (call, url) => {
    const said = new URL(url);
    expect(calling([call])).toEqual([said.href]);
  });

  it.each([
    ['wbe', "behaviour of shop/web: calls 'wbe': no Service is called so. Did you mean 'web'?"],
    ['web:81', "calls 'web:81': the Service has no such port. Its ports: 80"],
    ['https://web', "calls 'https://web': must be a Service such as 'ratings', or an http:// URL"],
  ])('%s is refused', (call, message) => {
    expect(() => calling([call])).toThrow(message);
  });
});
