/** Which hop of a request's way refused it, and which refusals it survived. */
import type { Refusal } from '../../experiment/expectation.ts';
import type { Hop as Named, Request } from '../../experiment/observation.ts';
import { type Answer, type LimitsOf, refusedBy } from './attribution.ts';
import { calledOf, type Hop, type Way } from './hops.ts';
import type { AccessLogEntry } from '../../envoy/accessLog.ts';

type Blame = Pick<Request, 'refusedBy' | 'hop' | 'survived'>;

interface Answered extends Answer {
  readonly client: string;
}

interface Known {
  /** The clients whose proxies pass bytes on. */
  readonly overTcp?: ReadonlySet<string>;
  readonly workloadOf?: (pod: string) => string;
  readonly limitsOf: (pod: string, entry: AccessLogEntry) => ReturnType<LimitsOf>;
}

/** @param peak the most requests that were under way at once in the run */
export function judgeOf(
  { limitsOf, workloadOf = (pod) => pod, overTcp = new Set() }: Known,
  peak: number,
): (answer: Answered, way: Way) => Blame {
  const refusalAt = (answer: Answer, { caller, attempts }: Hop): Refusal | null => {
    const limits: LimitsOf = (entry, at) => {
      const log = at === 'server' ? attempts.at(-1) : caller;
      return log === undefined ? undefined : limitsOf(log.pod, entry);
    };
    const trace = {
      client: caller?.entry,
      clientRole: caller?.role === 'gateway' ? ('gateway' as const) : ('client' as const),
      server: attempts.map(({ entry }) => entry),
    };
    return refusedBy(answer, trace, limits, peak);
  };
  /** A connection that ended without an answer, of which no line was found. */
  const isUntold = ({ status, error, client }: Answered, hop: Hop): boolean =>
    status === 0 && error !== 'TIMEOUT' && overTcp.has(client) && hop.caller === undefined;
  const named = ({ caller }: Hop): Named => ({
    caller: workloadOf(caller?.pod ?? ''),
    called: caller === undefined ? '' : calledOf(caller),
  });
  const ofCall = (hop: Hop): Refusal | null =>
    refusalAt({ status: hop.caller?.entry.status ?? 0 }, hop);

  return (answer, { first, further }) => {
    const own = isUntold(answer, first) ? 'unknown' : refusalAt(answer, first);
    // An error of a server may be one of what it called, told on; the last call that failed decides.
    const blamed: Hop[] = [];
    let at: Hop = first;
    for (let refusal = own; refusal === 'application' && blamed.length <= further.length;) {
      const next = further.findLast(
        (hop) => hop.caller?.pod === at.attempts.at(-1)?.pod && ofCall(hop) !== null,
      );
      if (next === undefined || blamed.includes(next)) break;
      blamed.push(next);
      at = next;
      refusal = ofCall(next);
    }
    const last = blamed.at(-1);
    const survived = further.flatMap((hop) => {
      const refusal = blamed.includes(hop) ? null : ofCall(hop);
      return refusal === null ? [] : [{ ...named(hop), refusedBy: refusal }];
    });
    return {
      refusedBy: last === undefined ? own : ofCall(last),
      ...(last !== undefined && { hop: named(last) }),
      ...(survived.length > 0 && { survived }),
    };
  };
}
