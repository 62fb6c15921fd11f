import { describe, expect, it } from 'vitest';
import { type VirtualServiceSpec, virtualServiceSpec } from '../../istio/virtualService.ts';
import { expectStrict } from '../support/strictness.ts';

/** Every field that the project acts on. */
const FULL: Required<VirtualServiceSpec> = {
  hosts: ['pyserver'],
  gateways: ['mesh', 'circuitbreaker/ingress'],
  exportTo: ['*'],
  http: [
    {
      name: 'split',
      match: [
        {
          name: 'index',
          uri: { prefix: '/index' },
          method: { exact: 'GET' },
          authority: { regex: 'pyserver.*' },
          headers: { 'x-user': { exact: 'ada' } },
          port: 80,
          gateways: ['mesh'],
          ignoreUriCase: true,
        },
      ],
      route: [
        { destination: { host: 'pyserver', subset: 'v1', port: { number: 80 } }, weight: 50 },
        { destination: { host: 'pyserver', subset: 'v2' }, weight: 50 },
      ],
      timeout: '2s',
      retries: {
        attempts: 2,
        perTryTimeout: '2s',
        retryOn: '503,connect-failure',
        retryRemoteLocalities: true,
        retryIgnorePreviousHosts: false,
        backoff: '25ms',
      },
      fault: {
        delay: { fixedDelay: '5s', percentage: { value: 10 } },
        abort: { httpStatus: 503, percentage: { value: 0.1 } },
      },
    },
  ],
};

/** What is wrong with a service whose one route is this, beside the rest of a good one. */
function problem(route: object): [string, string] | undefined {
  const spec = {
    hosts: ['pyserver'],
    http: [{ route: [{ destination: { host: 'a' } }], ...route }],
  };
  const issue = virtualServiceSpec.safeParse(spec).error?.issues[0];
  return issue && [issue.path.join('.'), issue.message];
}

describe('a VirtualService', () => {
  it('takes every field that the project acts on, and none that it does not know', () => {
    expectStrict(virtualServiceSpec, FULL, ['headers']);
  });

  it.each([
    ['http.0.retries.attempts', { retries: { attempts: -1 } }],
    ['http.0.retries.perTryTimeout', { retries: { perTryTimeout: '1x' } }],
    ['http.0.retries.perTryTimeout', { retries: { perTryTimeout: '0s' } }],
    ['http.0.timeout', { timeout: '5' }],
    ['http.0.timeout', { timeout: '0s' }],
    ['http.0.fault.abort.httpStatus', { fault: { abort: { httpStatus: 199 } } }],
    ['http.0.fault.delay.fixedDelay', { fault: { delay: {} } }],
    [
      'http.0.fault.delay.percentage.value',
      { fault: { delay: { fixedDelay: '1s', percentage: { value: 101 } } } },
    ],
    ['http.0.route', { route: [] }],
    ['http.0.route.0.weight', { route: [{ destination: { host: 'a' }, weight: 101 }] }],
    ['http.0.match.0.port', { match: [{ port: 0 }] }],
  ])('is refused at %s for %j', (path, route) => {
    expect(problem(route)?.[0]).toBe(path);
  });

  it.each([{}, { exact: '/a', prefix: '/a' }])('matches in exactly one way, not as %j', (uri) => {
    expect(problem({ match: [{ uri }] })).toEqual([
      'http.0.match.0.uri',
      'needs exactly one of exact, prefix, regex',
    ]);
  });

  it('needs weights to choose between two destinations', () => {
    const a = { destination: { host: 'a' } };
    const refusal = ['http.0.route', 'two or more destinations need weights, and not only 0'];
    expect(problem({ route: [a, a] })).toEqual(refusal);
    expect(
      problem({
        route: [
          { ...a, weight: 0 },
          { ...a, weight: 0 },
        ],
      }),
    ).toEqual(refusal);
    expect(problem({ route: [a, { ...a, weight: 100 }] })).toBeUndefined();
  });
});
