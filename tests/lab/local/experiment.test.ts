/**
 * Whole experiments on real Envoys, with a short service time. With one worker thread Envoy's
 * answers are exact; which request got which is not.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it, type TestContext } from 'vitest';
import { prepare } from '../../../lab/commands/prepare.ts';
import type { Prepared } from '../../../lab/watch/observe.ts';
import { runLocally } from '../../../lab/local/run.ts';
import type { Progress } from '../../../lab/watch/progress.ts';
import { type Observation, observation, type Request } from '../../../experiment/observation.ts';
import { skipIfDisturbed, skipIfInconclusive } from '../../support/busyMachine.ts';
import { processesIn, type RunningProcess, until } from './support.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type LabProcess, startLab } from '../../support/lab.ts';

/** Long against what a busy machine holds up a single process for, which would look like waiting. */
const SERVICE_TIME_MS = 800;
const SHORT = [`serverDelay=${SERVICE_TIME_MS}ms`, 'batchInterval=1700ms'];
const EXACT = [...SHORT, 'proxyConcurrency=1'];

/** Pulumi's mocks are settings of the process, so stacks are evaluated one after the other. */
let evaluating: Promise<unknown> = Promise.resolve();

function prepared(settings: readonly string[], batches: number): Promise<Prepared> {
  const pace = { batches: batches === 0 ? undefined : batches, timeScale: 1 };
  const next = evaluating.then(() => prepare('dev', { set: settings }, pace));
  evaluating = next.catch(() => undefined);
  return next;
}

/** @param batches exactly so many; else until three batches were warm */
async function observe(
  settings: readonly string[],
  batches = 0,
  onProgress: (event: Progress) => void = () => undefined,
): Promise<Observation> {
  const { signal } = new AbortController();
  return runLocally()(await prepared(settings, batches), { signal, onProgress });
}

/**
 * A batch as `answered at once / answered later / refused`. A request that waited for another took
 * nearly a service time longer than the fastest; what holds up a whole batch makes none wait.
 */
function shape(requests: readonly Request[]): string {
  const latencies = requests
    .filter(({ refusedBy }) => refusedBy === null)
    .map(({ sentMs, endedMs }) => endedMs - sentMs);
  const fastest = Math.min(...latencies);
  const waited = latencies.filter((latency) => latency - fastest >= 0.9 * SERVICE_TIME_MS).length;
  return [latencies.length - waited, waited, requests.length - latencies.length].join('/');
}

function byBatch(requests: readonly Request[]): Request[][] {
  return [...Map.groupBy(requests, ({ batch }) => batch).values()];
}

/** Of the batches that are judged. */
function warmRequests({ requests, disturbed }: Observation): Request[] {
  const unjudged = new Set(disturbed.map(({ batch }) => batch));
  return requests.filter(({ warmUp, batch }) => !warmUp && !unjudged.has(batch));
}

/** A run goes on until three batches were warm; the next one may have ended before that was seen. */
function expectEachWarm(context: TestContext, seen: Observation, wanted: string): void {
  skipIfInconclusive(context, seen);
  const shapes = byBatch(warmRequests(seen)).map(shape);
  // That a batch was disturbed may be told when the run has ended.
  expect(shapes.length + seen.disturbed.length).toBeGreaterThanOrEqual(3);
  expect(shapes).toEqual(shapes.map(() => wanted));
}

function refusals(requests: readonly Request[]): string[] {
  return requests.flatMap(({ refusedBy }) => refusedBy ?? []);
}

/** The counters of the cluster through which a client's proxy calls the server. */
function grew({ proxies }: Observation, counter: string): number {
  const cluster = proxies
    .find(({ role }) => role === 'client')
    ?.clusters.find(({ name }) => name.startsWith('outbound|80||pyserver.'));
  return (cluster?.after[counter] ?? NaN) - (cluster?.before[counter] ?? NaN);
}

describe.concurrent('ten concurrent requests', { timeout: 120_000 }, () => {
  it('at 5 connections and 1 pending request: 5, then 1, and 4 refused by the client’s proxy', async (context) => {
    const seen = await observe([...EXACT, 'maxConnections=5', 'http1MaxPendingRequests=1']);
    expectEachWarm(context, seen, '5/1/4');
    const warm = warmRequests(seen);
    expect(new Set(refusals(warm))).toEqual(new Set(['client-proxy/pending']));
    for (const { status, flags, attempts } of warm.filter(({ refusedBy }) => refusedBy !== null)) {
      expect({ status, flags, attempts }).toEqual({
        status: 503,
        flags: { client: 'UO', server: null },
        attempts: 0,
      });
    }
    for (const request of warm.filter(({ refusedBy }) => refusedBy === null)) {
      expect(request).toMatchObject({
        client: 'circuitbreaker/pyclient-0',
        endpoint: 'circuitbreaker/pyserver-0',
        attempts: 1,
        flags: { client: '', server: '' },
      });
    }
    expect(seen.verdict).toMatchObject({ outcome: 'holds' });
    expect(seen.faults).toEqual([]);
    expect(observation.safeParse(seen).error).toBeUndefined();
  });

  it('at 3 connections and 2 pending requests: 3, then 2, and 5 refused', async (context) => {
    const seen = await observe([...EXACT, 'maxConnections=3', 'http1MaxPendingRequests=2']);
    expectEachWarm(context, seen, '3/2/5');
  });

  it('at 5 connections and no other limit: 5, then the other 5, none refused, cold or warm', async (context) => {
    const seen = await observe([...EXACT, 'maxConnections=5', 'http1MaxPendingRequests=0']);
    expectEachWarm(context, seen, '5/5/0');
    expect(refusals(seen.requests)).toEqual([]);
  });

  it('at 3 active requests: 3, and 7 refused for that limit', async (context) => {
    const seen = await observe([
      ...EXACT,
      'maxConnections=0',
      'http1MaxPendingRequests=0',
      'http2MaxRequests=3',
    ]);
    expectEachWarm(context, seen, '3/0/7');
    expect(new Set(refusals(seen.requests))).toEqual(new Set(['client-proxy/requests']));
  });

  it('without limits: all ten at once', async (context) => {
    const seen = await observe([...SHORT, 'maxConnections=0', 'http1MaxPendingRequests=0']);
    expectEachWarm(context, seen, '10/0/0');
  });

  it('of a client without a sidecar: all ten at once, whatever the limits', async (context) => {
    const limits = ['maxConnections=5', 'http1MaxPendingRequests=1'];
    const seen = await observe([...SHORT, ...limits, 'injection=false', 'serverReplicas=2'], 3);
    skipIfDisturbed(context, seen);
    expect(byBatch(seen.requests).map(shape)).toEqual(['10/0/0', '10/0/0', '10/0/0']);
    expect(seen.proxies).toEqual([]);
  });

  it('with two workers: each refusal that the counters know is one request’s', async (context) => {
    const limits = ['maxConnections=5', 'http1MaxPendingRequests=1'];
    const seen = await observe([...SHORT, ...limits], 6);
    skipIfDisturbed(context, seen);
    expect(seen.batches).toBe(6);
    expect(seen.requests).toHaveLength(60);
    const refused = refusals(seen.requests).filter((by) => by === 'client-proxy/pending');
    expect(refused.length).toBeGreaterThan(0);
    expect(grew(seen, 'upstream_rq_pending_overflow')).toBe(refused.length);
    const sentOn = seen.requests.filter(({ attempts }) => attempts > 0);
    expect(grew(seen, 'upstream_rq_total')).toBe(sentOn.length);
    expect(grew(seen, 'upstream_rq_completed')).toBe(60);
  });
});

it('tells of every batch as it ends, however quickly they follow one another', async () => {
  const told: number[] = [];
  const settings = ['serverDelay=5ms', 'batchInterval=10ms', 'maxConnections=0'];
  await observe([...settings, 'http1MaxPendingRequests=0'], 20, (event) => {
    if (event.kind === 'finished') told.push(event.batches);
  });
  expect(told.at(-1)).toBe(20);
});

/** The one observation that `lab run --json` prints on standard output. */
function printed(stdout: string): Observation {
  return observation.parse(JSON.parse(stdout));
}

const settings = (all: readonly string[]): string[] => all.flatMap((one) => ['--set', one]);

it('two runs at the same time do not disturb each other', { timeout: 120_000 }, async (context) => {
  const run = (limits: string[]): LabProcess =>
    startLab(['run', 'dev', '--json', ...settings([...EXACT, ...limits])], temporaryFolder());
  const runs = [
    run(['maxConnections=5', 'http1MaxPendingRequests=1']),
    run(['maxConnections=3', 'http1MaxPendingRequests=2']),
  ];
  const ends = await Promise.all(runs.map(({ ended }) => ended));
  expect(ends.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0]);
  for (const [index, wanted] of ['5/1/4', '3/2/5'].entries()) {
    expectEachWarm(context, printed(ends[index]?.stdout ?? ''), wanted);
  }
});

/** The Envoy, not the guard that started it, of this pod. */
function isEnvoyOf({ command }: RunningProcess, pod: string): boolean {
  const path = command[command.indexOf('--config-path') + 1] ?? '';
  if (command[0]?.endsWith('/envoy') !== true || !path.endsWith('/bootstrap.json')) return false;
  const { node } = JSON.parse(readFileSync(path, 'utf8')) as { node: { id: string } };
  return node.id.startsWith(`${pod}.`);
}

function isApp({ command }: RunningProcess, app: string): boolean {
  return command.some((argument) => /apps\/(\w+)\/main\.m?[tj]s$/.exec(argument)?.[1] === app);
}

describe
  .runIf(process.platform === 'linux')
  .concurrent('what is killed in a run is a fault:', () => {
    it.each([
      {
        what: "the client's Envoy",
        isVictim: (one: RunningProcess) => isEnvoyOf(one, 'pyclient-0'),
        // As a shell counts SIGKILL: the guard's exit code.
        fault: 'the sidecar of circuitbreaker/pyclient-0 ended during the run (exit code 137)',
      },
      {
        what: "the server's Envoy",
        isVictim: (one: RunningProcess) => isEnvoyOf(one, 'pyserver-0'),
        fault: 'the sidecar of circuitbreaker/pyserver-0 ended during the run (exit code 137)',
      },
      {
        what: 'the server',
        isVictim: (one: RunningProcess) => isApp(one, 'server'),
        fault: 'the server circuitbreaker/pyserver-0 ended during the run (SIGKILL)',
      },
      {
        what: 'the client',
        isVictim: (one: RunningProcess) => isApp(one, 'client'),
        fault: 'the client circuitbreaker/pyclient-0 ended during the run (SIGKILL)',
      },
    ])('$what', async ({ isVictim, fault }) => {
      const home = temporaryFolder();
      const lab = startLab(['run', 'dev', '--json', '--batches', '1000', ...settings(SHORT)], home);
      await until('the first batch has ended', () => lab.stderr().includes('batch 1: '));
      const victims = processesIn(home).filter(isVictim);
      expect(victims).toHaveLength(1);
      for (const { pid } of victims) process.kill(pid, 'SIGKILL');

      const { code, stdout } = await lab.ended;
      const { faults, verdict, batches, requests } = printed(stdout);
      // Below the first line stand the last words of the process, or of the shell that saw it die.
      expect(faults.map((text) => text.split('\n')[0])).toEqual([fault]);
      expect(verdict.outcome).toBe('does not hold');
      expect(verdict.checks).toContainEqual(
        expect.objectContaining({
          name: 'nothing broke',
          seen: faults[0],
          outcome: 'does not hold',
        }),
      );
      expect(code).toBe(1);
      expect(batches).toBeGreaterThan(0);
      // Of a proxy that died, too, it is known which limit refused.
      expect(refusals(requests)).toContain('client-proxy/pending');
      expect(refusals(requests).filter((by) => by.endsWith('/overflow'))).toEqual([]);
      await until('nothing of the run is alive', () => processesIn(home).length === 0);
    });
  });
