/** Every line in this file that has a time was written by a real Envoy. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ISTIO_ACCESS_LOG_FORMAT } from '../../envoy/accessLogFormat.ts';
import { parseAccessLog } from '../../envoy/accessLog.ts';

const OUTBOUND = 'outbound|80||pyserver.circuitbreaker.svc.cluster.local';

describe('a line of the format', () => {
  it('is read field by field', () => {
    const line =
      '[2026-11-22T14:11:00.878Z] "GET /index HTTP/1.1" 200 - via_upstream - "-" 0 14 595 594 "-" ' +
      '"hey/0.0.1 (Linux; x86_64)" "2a88ddfe-1de9-4d3f-b5a6-2bc2d21ead62" "pyserver" ' +
      '"127.0.0.1:43899" inbound|5000|| 127.0.0.1:60562 127.0.0.1:41019 127.0.0.1:53584 - default';
    expect(parseAccessLog(line)).toEqual({
      startTime: '2026-11-22T14:11:00.878Z',
      method: 'GET',
      path: '/index',
      protocol: 'HTTP/1.1',
      status: 200,
      flags: '',
      details: 'via_upstream',
      durationMs: 595,
      requestId: '2a88ddfe-1de9-4d3f-b5a6-2bc2d21ead62',
      authority: 'pyserver',
      upstreamHost: '127.0.0.1:43899',
      upstreamCluster: 'inbound|5000||',
      upstreamLocalAddress: '127.0.0.1:60562',
      downstreamRemoteAddress: '127.0.0.1:53584',
      routeName: 'default',
    });
  });

  const nowhere = { upstreamHost: undefined, upstreamLocalAddress: undefined };
  it.each([
    {
      name: "UO of the client's proxy: sent nowhere, though the cluster is known",
      line: '[2026-11-22T14:11:00.882Z] "GET /index HTTP/1.1" 503 UO upstream_reset_before_response_started{overflow} - "-" 0 81 0 - "-" "-" "ff65c601-b144-4756-bc48-2760c1ffdf51" "pyserver" "-" outbound|80||pyserver.circuitbreaker.svc.cluster.local - 127.0.0.1:33023 127.0.0.1:49640 - -',
      wanted: {
        status: 503,
        flags: 'UO',
        details: 'upstream_reset_before_response_started{overflow}',
        durationMs: 0,
        upstreamCluster: OUTBOUND,
        routeName: undefined,
        ...nowhere,
      },
    },
    {
      name: 'UO of a limit of active requests: the host was chosen, no connection used',
      line: '[2026-11-22T14:11:22.608Z] "GET /index HTTP/1.1" 503 UO upstream_reset_before_response_started{overflow} - "-" 0 81 3 - "-" "-" "0ce5f7ca-0259-4b06-bea3-b77db3e7ddad" "pyserver" "127.0.0.1:33675" outbound|80||pyserver.circuitbreaker.svc.cluster.local - 127.0.0.1:42239 127.0.0.1:44186 - default',
      wanted: {
        flags: 'UO',
        upstreamHost: '127.0.0.1:33675',
        upstreamLocalAddress: undefined,
      },
    },
    {
      name: 'URX: the last of its retries was answered by an upstream',
      line: '[2026-11-22T14:11:01.005Z] "GET /index HTTP/1.1" 503 URX via_upstream - "-" 0 81 42 41 "-" "-" "dd7fbb60-14d6-4df6-bee8-669c699386a3" "pyserver" "127.0.0.1:41019" outbound|80||pyserver.circuitbreaker.svc.cluster.local 127.0.0.1:53650 127.0.0.1:35251 127.0.0.1:59780 - -',
      wanted: {
        status: 503,
        flags: 'URX',
        durationMs: 42,
        upstreamHost: '127.0.0.1:41019',
        upstreamLocalAddress: '127.0.0.1:53650',
      },
    },
    {
      name: "UO of the server's proxy",
      line: '[2026-11-22T14:11:01.006Z] "GET /index HTTP/1.1" 503 UO upstream_reset_before_response_started{overflow} - "-" 0 81 0 - "-" "-" "dd7fbb60-14d6-4df6-bee8-669c699386a3" "pyserver" "-" inbound|5000|| - 127.0.0.1:41019 127.0.0.1:53626 - default',
      wanted: { status: 503, flags: 'UO', upstreamCluster: 'inbound|5000||', ...nowhere },
    },
    {
      name: 'UT: the route’s timeout',
      line: '[2026-11-22T14:11:04.233Z] "GET /index HTTP/1.1" 504 UT response_timeout - "-" 0 24 199 - "-" "-" "89e4d002-8c69-4ea7-978c-328be276e92c" "pyserver" "127.0.0.1:41477" outbound|80||pyserver.circuitbreaker.svc.cluster.local 127.0.0.1:45532 127.0.0.1:43141 127.0.0.1:50160 - -',
      wanted: { status: 504, flags: 'UT', durationMs: 199 },
    },
    {
      name: 'DC: the caller went away, so there is no status',
      line: '[2026-11-22T14:11:04.235Z] "GET /index HTTP/1.1" 0 DC downstream_remote_disconnect - "-" 0 0 196 - "-" "-" "89e4d002-8c69-4ea7-978c-328be276e92c" "pyserver" "127.0.0.1:38461" inbound|5000|| 127.0.0.1:47270 127.0.0.1:41477 127.0.0.1:45532 - default',
      wanted: { status: 0, flags: 'DC' },
    },
    {
      name: 'NR: no cluster at all',
      line: '[2026-11-22T14:11:14.721Z] "GET /index HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "-" "-" "92bfa170-49bd-4ccf-b27c-9a5906aaa3c3" "pyserver" "-" - - 127.0.0.1:44787 127.0.0.1:36362 - -',
      wanted: { status: 404, flags: 'NR', upstreamCluster: undefined, ...nowhere },
    },
    {
      name: 'several flags',
      line: '[2026-11-22T14:11:11.744Z] "GET /index HTTP/1.1" 503 DI,UO upstream_reset_before_response_started{overflow} - "-" 0 81 101 - "-" "-" "2deb9dc8-6bb0-4f04-accb-5ff1fcf4a4a5" "pyserver" "-" outbound|80||pyserver.circuitbreaker.svc.cluster.local - 127.0.0.1:33853 127.0.0.1:47700 - -',
      wanted: { status: 503, flags: 'DI,UO' },
    },
  ])('$name', ({ line, wanted }) => {
    expect(parseAccessLog(line)).toMatchObject(wanted);
  });
});

/** A field of the format as it stands in it, such as `"%REQ(USER-AGENT)%"`, and one value of it. */
interface Field {
  readonly template: string;
  readonly value: string;
}

const FIELDS = ISTIO_ACCESS_LOG_FORMAT.trimEnd().match(/\[[^\]]*\]|"[^"]*"|\S+/g) ?? [];

const printable = (characters: string): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(characters)), minLength: 1, maxLength: 20 });
/** Without blanks, but with what could be taken for the end of another field. */
const bare = fc.oneof(
  printable('abcxyz019.:|{}_/,[]'),
  fc.ipV6().map((ip) => `[${ip}]:80`),
);
const quoted = fc.oneof(fc.constant('-'), printable("abcxyz019.:|()[] ;\\'-"));
const method = fc.constantFrom('GET', 'POST', '-');
const path = printable('/abc?=&[]%20');

function value(template: string): fc.Arbitrary<string> {
  if (template.startsWith('[')) return fc.date({ noInvalidDate: true }).map((d) => d.toISOString());
  if (template.includes(':METHOD')) {
    return fc
      .tuple(method, path, fc.constantFrom('HTTP/1.1', 'HTTP/2', '-'))
      .map((p) => p.join(' '));
  }
  if (template === '%RESPONSE_CODE%') return fc.integer({ min: 0, max: 599 }).map(String);
  if (template === '%DURATION%') return fc.nat(1e6).map(String);
  return template.startsWith('"') ? quoted : bare;
}

const fields: fc.Arbitrary<Field[]> = fc.tuple(
  ...FIELDS.map((template) => value(template).map((text) => ({ template, value: text }))),
);

function lineOf(given: readonly Field[]): string {
  return given
    .map(({ template, value: text }) => {
      if (template.startsWith('[')) return `[${text}]`;
      return template.startsWith('"') ? `"${text}"` : text;
    })
    .join(' ');
}

it('reads back what any line of the format says', () => {
  fc.assert(
    fc.property(fields, (given) => {
      const said = (operator: string): string =>
        given.find(({ template }) => template.includes(operator))?.value ?? '';
      const orNone = (operator: string): string | undefined =>
        said(operator) === '-' ? undefined : said(operator);
      const [verb, target, protocol] = said(':METHOD').split(' ');
      expect(parseAccessLog(lineOf(given))).toEqual({
        startTime: said('START_TIME'),
        method: verb,
        path: target,
        protocol,
        status: Number(said('RESPONSE_CODE%')),
        flags: orNone('RESPONSE_FLAGS') ?? '',
        details: said('RESPONSE_CODE_DETAILS'),
        durationMs: Number(said('%DURATION%')),
        requestId: said('X-REQUEST-ID'),
        authority: said(':AUTHORITY'),
        upstreamHost: orNone('UPSTREAM_HOST'),
        upstreamCluster: orNone('UPSTREAM_CLUSTER_RAW'),
        upstreamLocalAddress: orNone('UPSTREAM_LOCAL_ADDRESS'),
        downstreamRemoteAddress: orNone('DOWNSTREAM_REMOTE_ADDRESS'),
        routeName: orNone('ROUTE_NAME'),
      });
    }),
  );
});

describe('a line of another format is none', () => {
  it.each([
    ['an empty line', ''],
    [
      "the seed's format of Istio 1.7, two fields shorter, refused",
      '[2021-08-05T17:18:40.397Z] "GET /index HTTP/1.1" 503 UO "-" "-" 0 81 0 - "-" "python-requests/2.26.0" "2e520630-01e9-4857-9d71-d8219f261af2" "pyserver" "-" - - 10.103.127.9:80 172.17.0.12:48556 - default',
    ],
    [
      "the seed's format of Istio 1.7, two fields shorter, retried",
      '[2021-08-05T17:18:40.463Z] "GET /index HTTP/1.1" 503 URX "-" "-" 0 81 13 13 "-" "python-requests/2.26.0" "f6661142-54aa-4536-a001-a41777382a88" "pyserver" "172.17.0.15:5000" outbound|80||pyserver.circuitbreaker.svc.cluster.local 172.17.0.16:57988 10.103.127.9:80 172.17.0.16:38546 - default',
    ],
    [
      "Envoy's own default format",
      '[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80"',
    ],
    ["Istio's JSON format", '{"authority":"pyserver","response_code":503,"response_flags":"UO"}'],
    [
      "a warning in Envoy's own log, with as many words as a line has fields",
      `[2026-11-22 14:11:04.235][12][warning][config] ${'word '.repeat(20).trim()}`,
    ],
    ['a message with a bracket in front', '[Envoy] says hello'],
  ])('%s', (_, line) => {
    expect(parseAccessLog(line)).toBeUndefined();
  });

  it('a line that was cut off, wherever', () => {
    fc.assert(
      fc.property(fields, fc.nat(), (given, seed) => {
        const line = lineOf(given);
        // Without its last field at least; half of the last field still is a field.
        const end = line.lastIndexOf(' ');
        expect(parseAccessLog(line.slice(0, seed % end))).toBeUndefined();
      }),
    );
  });
});
