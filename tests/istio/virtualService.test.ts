import { describe, expect, it } from 'vitest';
import { type VirtualServiceSpec, virtualServiceSpec } from '../../istio/virtualService.ts';
import { expectStrict } from '../support/strictness.ts';

/** Every field that the project acts on. */
const FULL: Required<VirtualServiceSpec> = {
  hosts: ['pyserver'],
  gateways: ['mesh', 'circuitbreaker/ingress'],
  exportTo: ['*'],
  tcp: [
    {
      match: [
        {
          destinationSubnets: ['10.1.0.0/16', '::1'],
          port: 3306,
          gateways: ['mesh'],
          sourceLabels: { app: 'pyclient' },
          sourceNamespace: 'circuitbreaker',
        },
      ],
      route: [{ destination: { host: 'db', subset: 'v1', port: { number: 3306 } }, weight: 1 }],
    },
  ],
  http: [
    {
      name: 'split',
      match: [
        {
          name: 'index',
          uri: { prefix: '/index' },
          method: { exact: 'GET' },
          authority: { regex: 'pyserver.*' },
          scheme: { exact: 'http' },
          headers: { 'x-user': { exact: 'ada' } },
          withoutHeaders: { 'x-bot': { prefix: 'b' } },
          queryParams: { q: { regex: '.+' } },
          sourceLabels: { app: 'pyclient' },
          sourceNamespace: 'circuitbreaker',
          port: 80,
          gateways: ['mesh'],
          ignoreUriCase: true,
        },
      ],
      route: [
        {
          destination: { host: 'pyserver', subset: 'v1', port: { number: 80 } },
          weight: 50,
          headers: { request: { set: { a: 'b' }, add: { c: 'd' }, remove: ['e'] } },
        },
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
        delay: { fixedDelay: '5s', percentage: { value: 10 }, percent: 10 },
        abort: { httpStatus: 503, percentage: { value: 0.1 } },
      },
      rewrite: { uri: '/', authority: 'a', uriRegexRewrite: { match: '/(.*)', rewrite: '/a' } },
      mirror: { host: 'pyserver' },
      mirrors: [{ destination: { host: 'pyserver' }, percentage: { value: 1 } }],
      mirrorPercentage: { value: 1 },
      mirrorPercent: 1,
      mirror_percent: 1,
      headers: { response: { set: { a: 'b' }, add: { c: 'd' }, remove: ['e'] } },
      corsPolicy: {
        allowOrigins: [{ exact: 'https://example.com' }],
        allowOrigin: ['https://example.com'],
        allowMethods: ['GET'],
        allowHeaders: ['x-a'],
        exposeHeaders: ['x-b'],
        maxAge: '24h',
        allowCredentials: true,
        unmatchedPreflights: 'IGNORE',
      },
    },
    {
      fault: { abort: { grpcStatus: 'UNAVAILABLE' } },
      redirect: {
        uri: '/new',
        authority: 'new.example',
        scheme: 'https',
        port: 8443,
        derivePort: 'FROM_REQUEST_PORT',
        redirectCode: 302,
      },
    },
    { delegate: { name: 'other', namespace: 'circuitbreaker' } },
    { directResponse: { status: 503, body: { string: 'closed', bytes: 'Y2xvc2Vk' } } },
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
    expectStrict(virtualServiceSpec, FULL, [
      ...['headers', 'withoutHeaders', 'queryParams', 'sourceLabels', 'set', 'add'],
    ]);
  });

  it.each([
    ['http.0.retries.attempts', { retries: { attempts: -1 } }],
    ['http.0.retries.perTryTimeout', { retries: { perTryTimeout: '1x' } }],
    ['http.0.retries.perTryTimeout', { retries: { perTryTimeout: '0s' } }],
    ['http.0.timeout', { timeout: '5' }],
    ['http.0.timeout', { timeout: '0s' }],
    ['http.0.fault.abort.httpStatus', { fault: { abort: { httpStatus: 199 } } }],
    [
      'http.0.fault.delay.percentage.value',
      { fault: { delay: { fixedDelay: '1s', percentage: { value: 101 } } } },
    ],
    ['http.0.route', { route: [] }],
    ['http.0', { redirect: { uri: '/a' } }],
    ['http.0', { route: undefined }],
    ['http.0.redirect.redirectCode', { route: undefined, redirect: { redirectCode: 304 } }],
    ['http.0.directResponse.status', { route: undefined, directResponse: { status: 600 } }],
    ['http.0.fault.abort', { fault: { abort: { httpStatus: 503, grpcStatus: 'OK' } } }],
    ['http.0.route.0.weight', { route: [{ destination: { host: 'a' }, weight: -1 }] }],
    ['http.0.match.0.port', { match: [{ port: 0 }] }],
  ])('is refused at %s for %j', (path, route) => {
    expect(problem(route)?.[0]).toBe(path);
  });

  it('matches in one way, not in two, and not by an empty prefix', () => {
    const of = (uri: object) => problem({ match: [{ uri }] });
    expect(of({ exact: '/a', prefix: '/a' })).toEqual([
      'http.0.match.0.uri',
      'needs one of exact, prefix, regex; with none of them, presence is asked for',
    ]);
    expect(of({ prefix: '' })?.[0]).toBe('http.0.match.0.uri.prefix');
    expect(of({})).toBeUndefined();
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
