/** The alerts that a team wants of its breakers, with the thresholds that its objects set. */
import { metricOf, type Statistic } from '../../envoy/prometheus.ts';
import type { AlertRule, Alerts } from '../../experiment/alerts.ts';
import type { Breaker } from './breakers.ts';
import { type Limit, LIMITS } from './limits.ts';

/** The part of a limit from which on it is near. */
export const NEAR = 0.8;

/** What a counter is looked at over: some ten scrapes. */
const WINDOW = '5m';

export function groupsOf(breakers: readonly Breaker[]): Alerts['groups'] {
  return breakers.map((breaker) => ({
    name: breaker.name,
    rules: [
      ...LIMITS.flatMap((limit) => ofLimit(breaker, limit)),
      ...(breaker.ejects ? ofEjection(breaker) : []),
    ],
  }));
}

function ofLimit(breaker: Breaker, limit: Limit): AlertRule[] {
  const { name, field, of, active, open, refused, refusal } = limit;
  const value = breaker.limits[name];
  if (value === undefined) return [];
  const set = `${field} ${value} (DestinationRule ${breaker.destinationRule})`;
  const where = `{{ $labels.namespace }}/{{ $labels.pod }}, ${breaker.name}`;
  const rule = ruleOf(breaker, name);
  return [
    ...(active === undefined
      ? []
      : [
          rule('BreakerNearLimit', 'info', {
            expr: `${seriesOf(breaker, active)} > ${NEAR} * ${value}`,
            for: '1m',
            summary: `${where}: {{ $value }} of ${value} ${of}`,
            description: `More than ${NEAR * 100} % of ${set} are taken. ${refusal}`,
            runbook:
              'See whether the load grew or the servers became slower (istio_request_duration_milliseconds). ' +
              'lab sweep shows from which limit on requests are refused, lab recommend the smallest that meets an objective.',
          }),
        ]),
    rule('BreakerOpen', refused === undefined ? 'info' : 'warning', {
      expr: `max_over_time(${seriesOf(breaker, open)}[1m]) == 1`,
      summary: `${where}: ${value} of ${value} ${of}`,
      description: `The breaker is open: ${set} is reached. ${refusal}`,
      runbook:
        'A breaker that opens under a peak does what it is for. If it stays open, look for slow servers first, ' +
        'then for too few of them, then at the limit: it holds for each proxy by itself, not for the service.',
    }),
    ...(refused === undefined
      ? []
      : [
          rule('BreakerRefuses', 'warning', {
            expr: refusedBy(breaker, name, refused),
            summary: `${where}: {{ $value | humanize }} refused within ${WINDOW}`,
            description: `The breaker refused what was over ${set}. ${refusal}`,
            runbook:
              `Callers see it now. Is it one caller alone (noisy neighbour), or all? Are the servers slow or gone? ` +
              `If they have room: raise ${field}, or add replicas. If they have none, the breaker keeps them alive: lower the load, and mind that retries add to it.`,
          }),
        ]),
  ];
}

/** Before Envoy 1.38 a request too many for max_requests counted with those of the queue. */
function refusedBy(breaker: Breaker, name: Limit['name'], refused: Statistic): string {
  const grown = (statistic: Statistic): string => `${grownBy(breaker, statistic)} > 0`;
  const isAlone = name === 'max_requests' && breaker.limits.max_pending_requests === undefined;
  return isAlone ? `${grown(refused)} or ${grown('upstream_rq_pending_overflow')}` : grown(refused);
}

function ofEjection(breaker: Breaker): AlertRule[] {
  const by = `outlierDetection of DestinationRule ${breaker.destinationRule}`;
  const where = `{{ $labels.namespace }}/{{ $labels.pod }}, ${breaker.name}`;
  const rule = ruleOf(breaker, 'ejection');
  return [
    rule('EndpointsEjected', 'warning', {
      expr: `${seriesOf(breaker, 'outlier_detection.ejections_active')} > 0`,
      summary: `${where}: {{ $value }} endpoints ejected`,
      description: `By ${by}, for errors that this proxy saw. The others get their share; each proxy decides by itself.`,
      runbook:
        'Find the endpoint (istioctl proxy-config endpoint, outlier check FAILED) and why it fails. ' +
        'It comes back by itself after baseEjectionTime, for longer each time.',
    }),
    rule('EjectionsHeldBack', 'warning', {
      expr: `${grownBy(breaker, 'outlier_detection.ejections_overflow')} > 0`,
      summary: `${where}: {{ $value | humanize }} ejections held back within ${WINDOW}`,
      description: `An endpoint fails and gets requests all the same: maxEjectionPercent lets no more be ejected (${by}).`,
      runbook:
        'With few endpoints a small percentage is none of them: 10 % of nine is nobody. Raise maxEjectionPercent, or mend the endpoint.',
    }),
    breaker.panicBelow > 0
      ? rule('BreakerPanics', 'critical', {
          expr: `${grownBy(breaker, 'lb_healthy_panic')} > 0`,
          summary: `${where}: ejected endpoints are asked as well`,
          description: `Less than minHealthPercent ${breaker.panicBelow} of the endpoints are healthy, so that ejection is disregarded (${by}).`,
          runbook:
            'Most of the service fails: look at its last change and at what it depends on. Ejection does not help there.',
        })
      : rule('NobodyLeft', 'critical', {
          expr: `${grownBy(breaker, 'upstream_cx_none_healthy')} > 0`,
          summary: `${where}: no endpoint is left`,
          description: `All are ejected or gone, and requests get 503 with the flag UH. No minHealthPercent keeps some in (${by}).`,
          runbook:
            'Most of the service fails: look at its last change and at what it depends on. A maxEjectionPercent below 100 ' +
            'or a minHealthPercent keeps some endpoints in, and lets a part of the requests through.',
        }),
  ];
}

interface Said {
  readonly expr: string;
  readonly for?: string;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
}

function ruleOf(
  { name, destinationRule }: Breaker,
  limit: string,
): (alert: string, severity: string, said: Said) => AlertRule {
  return (alert, severity, { expr, for: lasting, ...annotations }) => ({
    alert,
    expr,
    ...(lasting !== undefined && { for: lasting }),
    labels: { severity, breaker: name, limit, destination_rule: destinationRule },
    annotations,
  });
}

export function seriesOf({ series }: Breaker, statistic: Statistic): string {
  return `${metricOf(statistic)}${series}`;
}

export function grownBy(breaker: Breaker, statistic: Statistic): string {
  return `increase(${seriesOf(breaker, statistic)}[${WINDOW}])`;
}
