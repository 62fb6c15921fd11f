/** What an observation of a cluster cannot know, or should have known and does not. */
import type { KubernetesObject } from '../objects/object.ts';
import type { Recorder } from '../watch/recorder.ts';
import type { ClientResponse } from '../../apps/contract.ts';
import { byRequest, requestKey } from '../analysis/requests.ts';
import type { LeftOut } from '../../experiment/leftOut.ts';
import { idOf } from './podState.ts';
import type { Member } from './roster.ts';
import type { Sidecar } from './sidecars.ts';

export interface Circumstances {
  readonly members: readonly Member[];
  readonly sidecars: readonly Sidecar[];
  readonly objects: readonly KubernetesObject[];
  /** Whether the load comes in batches; else it began some time after the client's pod. */
  readonly isBatch: boolean;
  /** How far apart the clients began the batches of a round, at most. */
  readonly spreadMs: number;
}

/** Clients that begin further apart than this do not compete as those of a local run do. */
const TOGETHER_MS = 100;

export function leftOutOf(circumstances: Circumstances): LeftOut[] {
  const { members, sidecars, objects, isBatch, spreadMs } = circumstances;
  const proxied = new Set(sidecars.map(({ pod }) => idOf(pod)));
  const bare = members.map(({ pod }) => idOf(pod)).filter((name) => !proxied.has(name));
  const left: LeftOut[] = [];
  if (sidecars.length === 0) {
    const policies = [
      ...new Set(
        objects.filter(({ apiVersion }) => apiVersion.includes('istio.io')).map(({ kind }) => kind),
      ),
    ];
    left.push({
      sentence:
        'no sidecars: nothing in this cluster acts on ' +
        `${policies.join(', ') || 'a limit'}; no pool, breaker or retry is between client and server`,
      mayChangeOutcomes: true,
    });
  } else if (bare.length > 0) {
    left.push({
      sentence: `no sidecar in ${bare.join(', ')}: what passed there was not logged`,
      mayChangeOutcomes: true,
    });
  }
  if (isBatch && sidecars.length > 0) {
    left.push({
      sentence:
        'counters are of the whole time of observation: the clients went on sending while the last ' +
        'log lines came, so they count more than the requests of the batches shown',
      mayChangeOutcomes: false,
    });
  }
  // Of batches that begin apart, `apartOf` says more.
  if (!isBatch && spreadMs > TOGETHER_MS) {
    left.push({
      sentence: `the clients began up to ${Math.round(spreadMs)} ms apart; on this machine they begin together`,
      mayChangeOutcomes: true,
    });
  }
  return left;
}

/**
 * Requests that were sent before the proxies were first asked: of those that ended by then nothing
 * but log lines is known.
 *
 * @param observedAt when the proxies were first asked, epoch ms
 */
export function missedOf(responses: readonly ClientResponse[], observedAt: number): string[] {
  const earlier = responses.filter(({ endedAt }) => endedAt < observedAt);
  if (earlier.length === 0) return [];
  const what =
    earlier.length === responses.length
      ? 'the load had ended before it was observed'
      : `the load began before it was observed (${earlier.length} of ${responses.length} requests)`;
  return [
    `${what}: counters, gauges and endpoint health are known only from then on; let it begin anew ` +
      'while it is observed (kubectl rollout restart of the clients, which wait until they send)',
  ];
}

/**
 * Clients that begin their batches apart do not compete for the same places, as the expectations say
 * that they do: what does not hold may be for that.
 *
 * @param toleratedMs the lag that changes no outcome
 */
export function apartOf(spreadMs: number, toleratedMs: number): string[] {
  if (spreadMs <= toleratedMs) return [];
  return [
    `the clients began their batches up to ${Math.round(spreadMs)} ms apart, of which ` +
      `${Math.round(toleratedMs)} ms would change no outcome: they did not all compete; let them begin ` +
      'together (pods that become ready together), or make the service time longer (serverDelay)',
  ];
}

/**
 * A client's sidecar, or the gateway that it enters by, logs every request: of one that it did not
 * log the cause is unknown, and whether its connection was new.
 */
export function unloggedOf(
  { responses, logs }: Pick<Recorder, 'responses' | 'logs'>,
  batches: number,
  sidecars: readonly Sidecar[],
): string[] {
  const clients = new Set(
    sidecars.filter(({ role }) => role === 'client').map(({ pod }) => idOf(pod)),
  );
  const hasGateway = sidecars.some(({ role }) => role === 'gateway');
  const logged = byRequest(logs.filter(({ role }) => role !== 'server'));
  const of = responses.filter(
    ({ batch, client }) => batch < batches && (hasGateway || clients.has(client)),
  );
  const missing = of.filter(({ id }) => !logged.has(requestKey(id)));
  if (missing.length === 0) return [];
  const where = clients.size > 0 ? "the client's proxy's" : "the gateway's";
  return [
    `${missing.length} of ${of.length} requests are not in ${where} access log, so what refused them ` +
      "is not known: let a Telemetry turn it on in the proxy's own namespace, in Istio's own format",
  ];
}
