/** The breakers over time: connections and waiting requests against their limits, refusals marked. */
import type { LayerSpec } from 'vega-lite/types_unstable/spec/layer.js';
import type { Field } from 'vega-lite/types_unstable/channeldef.js';
import { shortName } from '../../../../envoy/clusterName.ts';
import { UNLIMITED } from '../../../../envoy/thresholds.ts';
import type {
  Cluster,
  Observation,
  Proxy,
  Request,
  Series,
} from '../../../../experiment/observation.ts';
import { seconds } from '../../../analysis/explanation/facts.ts';
import { pageChart } from '../../charts/pageChart.ts';
import { wasUsed } from '../../figures.ts';
import { html, type Html, raw } from '../html.ts';
import { told as toldMs } from '../requestText.ts';

const LINES = [
  { gauge: 'upstream_cx_active', limit: 'max_connections', what: 'connections' },
  { gauge: 'upstream_rq_pending_active', limit: 'max_pending_requests', what: 'waiting requests' },
] as const;

/** As many points of one line as a person can tell apart. */
const MOST_POINTS = 400;

interface Point {
  readonly place: string;
  readonly what: string;
  readonly form: 'seen' | 'limit' | 'refusal';
  readonly at: number;
  readonly value: number;
  readonly told: string;
}

export async function breakers(observation: Observation): Promise<Html | ''> {
  const places = observation.proxies.flatMap((proxy) =>
    proxy.clusters.filter(wasUsed).map((cluster) => ({ proxy, cluster })),
  );
  const points = places.flatMap(({ proxy, cluster }) => pointsOf(proxy, cluster, observation));
  if (!points.some(({ form }) => form === 'seen')) return '';
  const colours = [...LINES.map(({ what }) => what), 'refusals'];
  const encoding: LayerSpec<Field>['encoding'] = {
    x: {
      field: 'at',
      type: 'quantitative',
      title: 'seconds since the start',
      scale: { domain: [0, observation.durationMs / 1000], nice: false },
    },
    y: {
      field: 'value',
      type: 'quantitative',
      title: null,
      axis: { tickMinStep: 1, tickCount: 4 },
    },
    color: {
      field: 'what',
      title: null,
      legend: { orient: 'top' },
      scale: {
        domain: colours,
        range: ['var(--connections)', 'var(--pending)', 'var(--client-breaker)'],
      },
    },
  };
  const only = (form: Point['form']): { filter: string } => ({
    filter: `datum.form === '${form}'`,
  });
  const chart = await pageChart(
    {
      data: { values: points },
      facet: {
        row: {
          field: 'place',
          title: null,
          sort: null,
          header: { labelAngle: 0, labelOrient: 'top', labelAnchor: 'start', labelLimit: 700 },
        },
      },
      resolve: { scale: { y: 'independent' } },
      spec: {
        width: 700,
        height: 80,
        encoding,
        layer: [
          {
            transform: [only('limit')],
            mark: { type: 'line', strokeDash: [6, 4], strokeWidth: 1.5 },
            encoding: { description: { field: 'told' } },
          },
          { transform: [only('seen')], mark: { type: 'line', interpolate: 'step-after' } },
          {
            transform: [only('seen')],
            mark: { type: 'point', filled: true, size: 14 },
            encoding: { description: { field: 'told' } },
          },
          {
            transform: [only('refusal')],
            mark: { type: 'point', shape: 'triangle-down', filled: true, size: 60, opacity: 0.8 },
            encoding: { description: { field: 'told' } },
          },
        ],
      },
    },
    'Connections and waiting requests of each proxy over time, against their limits',
  );
  return html`<p class="note">
      Lines show what the proxies said when they were asked, a few times a second: what rose and
      fell between two readings is not seen. Dashed: the limit. ▼: requests that this proxy refused.
      Every worker thread of a proxy counts against the same limit, and has a pool of its own.
    </p>
    <div class="scroll chart" tabindex="0" role="region" aria-label="Breakers over time">
      ${raw(chart)}
    </div>`;
}

function pointsOf(proxy: Proxy, cluster: Cluster, observation: Observation): Point[] {
  const place = `${proxy.role} ${proxy.pod}: ${shortName(cluster.name)}`;
  const end = observation.durationMs / 1000;
  const lines = LINES.flatMap(({ gauge, limit, what }): Point[] => {
    const most = cluster.thresholds[limit];
    const line = (at: number): Point => ({
      ...{ place, what, form: 'limit', at, value: most },
      told: `${limit} ${most}`,
    });
    return [
      ...(most === UNLIMITED ? [] : [line(0), line(end)]),
      ...seen(cluster.gauges[gauge], end).map(([at, value]): Point => ({
        ...{ place, what, form: 'seen', at, value },
        told: `${value} ${what} from ${at.toFixed(2)} s on`,
      })),
    ];
  });
  const top = Math.max(1, ...lines.map(({ value }) => value));
  return [...lines, ...refusals(refusedHere(proxy, cluster, observation), place, top, end)];
}

/** A gauge until the end of the run; of very many readings the highest of each stretch. */
function seen(series: Series | undefined, end: number): [at: number, value: number][] {
  if (series === undefined || series.value.length === 0) return [];
  const points = series.atMs.map((atMs, index): [number, number] => [
    Math.min(end, atMs / 1000),
    series.value[index] ?? 0,
  ]);
  const each = Math.ceil(points.length / MOST_POINTS);
  const kept = Array.from({ length: Math.ceil(points.length / each) }, (_, index) =>
    points
      .slice(index * each, (index + 1) * each)
      .reduce((most, point) => (point[1] > most[1] ? point : most)),
  );
  const last = kept.at(-1);
  return last === undefined || last[0] >= end ? kept : [...kept, [end, last[1]]];
}

/** Those whose record says that this proxy refused them. */
function refusedHere({ pod, role }: Proxy, cluster: Cluster, { requests }: Observation): Request[] {
  const outbound = !cluster.name.startsWith('inbound|');
  return requests.filter(({ refusedBy, hop, client, endpoint }) => {
    if (refusedBy === null || hop !== undefined) return false;
    if (role === 'client') {
      return outbound && client === pod && refusedBy.startsWith('client-proxy/');
    }
    if (role === 'gateway') return refusedBy.startsWith('gateway/');
    return !outbound && endpoint === pod && refusedBy.startsWith('server-proxy/');
  });
}

/** Those that came together are one mark. */
function refusals(requests: readonly Request[], place: string, top: number, end: number): Point[] {
  const together = Math.max(0.05, end / 200);
  return [...Map.groupBy(requests, ({ sentMs }) => Math.floor(sentMs / 1000 / together))].map(
    ([slot, some]) => ({
      ...{
        place,
        what: 'refusals',
        form: 'refusal',
        at: Math.min(end, slot * together),
        value: top,
      },
      told: `${some.length} refused by this proxy at ${seconds(some[0]?.sentMs ?? 0)}, the first after ${toldMs((some[0]?.endedMs ?? 0) - (some[0]?.sentMs ?? 0))}`,
    }),
  );
}
