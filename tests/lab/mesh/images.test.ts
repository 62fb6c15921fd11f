import { describe, expect, it } from 'vitest';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { Runs } from '../../../lab/mesh/model.ts';
import { deployment, namespace, podNamed, service } from './objects.ts';

interface Container {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

/** A pod of the image, beside Services of these names. */
function runs(container: Container, services: readonly string[] = []): Runs {
  const mesh = meshOf([
    namespace(),
    deployment('web', { spec: { containers: [{ name: 'app', ...container }] } }),
    service('web'),
    ...services.map((name) => service(name, { name: 'http', port: 9080, targetPort: 5000 })),
    ...services.map((name) => deployment(name)),
  ]);
  return podNamed(mesh, 'web-0').runs;
}

function behaviour(container: Container, services?: readonly string[]): unknown {
  const found = runs(container, services);
  return found.app === 'idle' ? undefined : found.behaviour;
}

const fake = (variables: Readonly<Record<string, string>>): Container => ({
  image: 'nicholasjackson/fake-service:v0.26.2',
  env: Object.entries(variables).map(([name, value]) => ({ name, value })),
});

it.each<[Container, object]>([
  [{ image: 'docker.io/mccutchen/go-httpbin:v2' }, { serviceTime: '0s' }],
  [{ image: 'kong/httpbin' }, { serviceTime: '0s' }],
  [{ image: 'py_server:latest' }, { serviceTime: '5s', keepAlive: false }],
  [{ image: 'hashicorp/http-echo', args: ['-text=hi'] }, { serviceTime: '0s' }],
  [
    { image: 'hashicorp/http-echo', args: ['-status-code=503', '-text=no'] },
    { serviceTime: '0s', errors: [{ share: 1, status: 503, from: '0s' }] },
  ],
  [{ image: 'x/istio-tutorial-recommendation:v2.2' }, { serviceTime: '0s' }],
  [{ image: 'x/istio-tutorial-recommendation:v2.2-timeout' }, { serviceTime: '3s' }],
  [fake({}), { serviceTime: '0s' }],
  [fake({ TIMING_50_PERCENTILE: '30ms' }), { serviceTime: '30ms' }],
  [
    fake({ ERROR_RATE: '0.2', ERROR_CODE: '502', ERROR_DELAY: '1s' }),
    { serviceTime: '0s', errors: [{ share: 0.2, status: 502, from: '0s', after: '1s' }] },
  ],
  [
    fake({ ERROR_RATE: '1', ERROR_TYPE: 'delay', ERROR_DELAY: '2s' }),
    { serviceTime: '0s', errors: [{ share: 1, status: 200, from: '0s', after: '2s' }] },
  ],
])('%j', (container, expected) => {
  expect(behaviour(container)).toEqual(expected);
});

it('a py_server502 fails at /index until it is told to pass', () => {
  expect(runs({ image: 'py_server502:latest' })).toMatchObject({
    env: { PATHS: 'index', STATUS: '502' },
    said: expect.stringMatching(
      /^image 'py_server502:latest' answers 502 to .index at once, until/,
    ) as unknown,
  });
});

it('of a fake-service, ninety of a hundred requests are of its median, nine of the next', () => {
  const times = fake({ TIMING_50_PERCENTILE: '10ms', TIMING_99_PERCENTILE: '1s' });
  const { serviceTime } = behaviour(times) as { serviceTime: string };
  expect(serviceTime.match(/10ms/g)).toHaveLength(99);
  expect(serviceTime.match(/1s/g)).toHaveLength(1);
  expect(runs(fake({ TIMING_VARIANCE: '20' }))).toMatchObject({
    said: expect.stringMatching(/its TIMING_VARIANCE is left out$/) as unknown,
  });
});

describe('what an image calls by itself', () => {
  const reviews = { image: 'docker.io/istio/examples-bookinfo-reviews-v3:1.20.3' };

  it('is called where there is such a Service', () => {
    expect(behaviour(reviews, ['ratings'])).toMatchObject({
      calls: [{ to: 'ratings:9080', timeout: '2.5s' }],
      callErrorStatus: 200,
    });
    const productpage = { image: 'istio/examples-bookinfo-productpage-v1' };
    expect(behaviour(productpage, ['details', 'reviews'])).toMatchObject({
      calls: [{ to: 'details:9080' }, { to: 'reviews:9080', attempts: 2 }],
    });
    expect(
      behaviour(fake({ UPSTREAM_URIS: 'http://ratings:9080/x, grpc://a' }), ['ratings']),
    ).toMatchObject({
      calls: ['http://ratings:9080/x'],
      callErrorStatus: 500,
    });
  });

  it('is not called where there is none', () => {
    expect(behaviour(reviews)).toMatchObject({ calls: [] });
  });

  it('and first versions call nobody', () => {
    const v1 = { image: 'istio/examples-bookinfo-reviews-v1' };
    expect(behaviour(v1, ['ratings'])).toEqual({ serviceTime: '0s' });
  });
});
