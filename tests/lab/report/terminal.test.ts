import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { observation as schema } from '../../../experiment/observation.ts';
import { terminalReport } from '../../../lab/report/terminal.ts';
import { request } from '../analysis/logged.ts';
import { failFast, failFastWith, observation } from '../analysis/observed.ts';

const ESCAPE = String.fromCharCode(27);

it('is made of an observation as the schema has it', () => {
  expect(schema.safeParse(failFast).error).toBeUndefined();
});

it('shows batch by batch what happened, both proxies’ figures and the verdict', () => {
  expect(terminalReport(failFast, false)).toBe(
    `fail-fast: 30 requests in 3 batches on Envoy 1.40.0
Five connections and one waiting request

                                                           batch 1     2     3
                                                              cold  warm  warm
200 after 5s                                                     3     5     5
200 after 10s                                                    .     1     1
503 UO at once, client's proxy: pending requests full            6     4     4
503 URX/UO at once, server's proxy: pending requests full        1     .     .

proxy of                          pyserver-0             pyclient-0
cluster                       inbound|5000||  outbound|80||pyserver
max_connections                            5                      5
max_pending_requests                       1                      1
max_requests                        no limit               no limit
max_retries                         no limit               no limit
cx_active                                  5                      5
upstream_cx_total                          5                      5
upstream_cx_overflow                       0                      2
upstream_rq_total                         15                     18
upstream_rq_pending_total                  0                      7
upstream_rq_pending_overflow               0                     14
upstream_rq_retry                          0                      2
upstream_rq_2xx                            0                     15
upstream_rq_5xx                            0                     15

              expected                    seen
warm batches  at least 2                  2     holds
refused       3 to 5 in every warm batch  4 4   holds

The verdict holds.
`,
  );
});

it('shows what broke, what is left out, and why the verdict does not hold', () => {
  const broken = failFastWith({
    requests: [],
    proxies: [],
    batches: 0,
    versions: { envoy: null, istio: null },
    experiment: { ...failFast.experiment, description: '' },
    explanation: ['the pools grew'],
    faults: ['the server pyserver-0 ended during the run (SIGKILL)'],
    leftOut: [
      { object: 'Secret shop/s', sentence: 'is not mounted', mayChangeOutcomes: false },
      {
        object: 'VirtualService shop/v',
        field: 'spec.tcp',
        sentence: 'TCP routes are not served',
        mayChangeOutcomes: true,
      },
    ],
    verdict: {
      outcome: 'does not hold',
      checks: [
        { name: 'nothing broke', expected: 'no fault', seen: 'it died', outcome: 'does not hold' },
      ],
    },
  });
  const text = terminalReport(broken, false);
  expect(text.split('\n')[0]).toBe('fail-fast: 0 requests in 0 batches');
  expect(text).toContain(
    `What this run shows:
  the pools grew

What broke:
  the server pyserver-0 ended during the run (SIGKILL)

Left out by the local platform:
  VirtualService shop/v: spec.tcp: TCP routes are not served
  changing no outcome: Secret shop/s

               expected  seen
nothing broke  no fault  it died  FAILS

The verdict does not hold.
`,
  );
});

it('says by how much times were shrunk', () => {
  const [title] = terminalReport(failFastWith({ timeScale: 0.2 }), false).split('\n');
  expect(title).toBe(
    'fail-fast: 30 requests in 3 batches on Envoy 1.40.0, all times at 0.2 of their own',
  );
});

it('shows a load without batches as a whole, and by the phases of an endpoint that was ejected', () => {
  const experiment = { ...failFast.experiment, load: 'paced' as const };
  const table = (proxies = failFast.proxies): string[] =>
    terminalReport(failFastWith({ experiment, proxies }), false).split('\n');
  expect(table()[0]).toBe('fail-fast: 30 requests on Envoy 1.40.0');
  expect(table()[3]?.trim()).toBe('requests');

  const ejected = failFast.proxies.map((proxy) => ({
    ...proxy,
    clusters: proxy.clusters.map((cluster) => ({
      ...cluster,
      endpoints: cluster.endpoints.map((endpoint) => ({
        ...endpoint,
        health: [
          { atMs: -200, outlierCheck: 'OK' as const },
          { atMs: 12_000, outlierCheck: 'FAILED' as const, reason: 'CONSECUTIVE_5XX' },
          { atMs: 24_000, outlierCheck: 'OK' as const },
        ],
      })),
    })),
  }));
  const [, client] = ejected;
  const lines = table(client === undefined ? [] : [client]);
  expect(lines[3]?.trim()).toBe('before ejection  ejected  returned');
  expect(lines.find((line) => line.startsWith('200 after 5s'))?.split(/ {2,}/)).toEqual([
    '200 after 5s',
    '3',
    '5',
    '5',
  ]);
  expect(
    lines.filter((line) => / s {2}pyclient-0/.test(line)).map((line) => line.trim().split(/ {2,}/)),
  ).toEqual([
    [
      '12.00 s',
      'pyclient-0',
      'pyserver-0',
      'HEALTHY',
      'FAILED (CONSECUTIVE_5XX)',
      'outbound|80||pyserver',
    ],
    ['24.00 s', 'pyclient-0', 'pyserver-0', 'HEALTHY', 'OK', 'outbound|80||pyserver'],
  ]);
});

describe('colours', () => {
  it('are there only where they are asked for, and change nothing else', () => {
    const plain = terminalReport(failFast, false);
    const colourful = terminalReport(failFast, true);
    expect(plain).not.toContain(ESCAPE);
    expect(stripVTControlCharacters(colourful)).toBe(plain);
  });

  it.each([
    ['an answer green', 32, '200 after 5s'],
    ['a refusal red', 31, "503 UO at once, client's proxy: pending requests full"],
    ['what holds green', 32, 'holds'],
  ])('show %s', (_, code, text) => {
    expect(terminalReport(failFast, true)).toContain(`${ESCAPE}[${code}m${text}${ESCAPE}[39m`);
  });

  it('show what fails red', () => {
    const checks = [{ name: 'a', expected: 'b', seen: 'c', outcome: 'does not hold' as const }];
    const text = terminalReport(
      failFastWith({ verdict: { outcome: 'does not hold', checks } }),
      true,
    );
    expect(text).toContain(`${ESCAPE}[31mFAILS${ESCAPE}[39m`);
    expect(text).toContain(`${ESCAPE}[31mThe verdict does not hold.${ESCAPE}[39m`);
  });

  it('of no other kind come from what is reported', () => {
    const hostile = observation({
      requests: [
        request({
          status: 0,
          error: `${ESCAPE}[5mECONNRESET`,
          refusedBy: 'connection-failure',
        }),
      ],
    });
    expect(terminalReport(hostile, false)).not.toContain(ESCAPE);
  });
});
