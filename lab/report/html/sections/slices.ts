/** Very many requests: how many ended how, and how long they took, slice by slice of the run. */
import { quantile } from '../../../analysis/quantile.ts';
import type { Observation, Request } from '../../../../experiment/observation.ts';
import { pageChart } from '../../charts/pageChart.ts';
import { html, type Html, raw } from '../html.ts';
import { KINDS, kindOf } from '../kinds.ts';
import { told } from '../requestText.ts';

const SLICES = 100;

interface Slice {
  readonly at: number;
  readonly kind: string;
  readonly count: number;
  readonly told: string;
}

interface Latency {
  readonly at: number;
  readonly quantile: string;
  readonly seconds: number;
  readonly told: string;
}

export async function slices({ requests, durationMs }: Observation): Promise<Html> {
  const sliceMs = Math.max(1, durationMs / SLICES);
  const counts: Slice[] = [];
  const latencies: Latency[] = [];
  const bySlice = Map.groupBy(requests, ({ sentMs }) =>
    Math.min(SLICES - 1, Math.floor(sentMs / sliceMs)),
  );
  for (const [slice, own] of [...bySlice].sort(([a], [b]) => a - b)) {
    const at = (slice * sliceMs) / 1000;
    counts.push(...countsOf(own, at));
    latencies.push(...latenciesOf(own, at));
  }
  const x = { field: 'at', type: 'quantitative', title: 'sent at, s' } as const;
  const width = 720;
  const drawnCounts = await pageChart(
    {
      width,
      height: 160,
      data: { values: counts },
      mark: { type: 'bar', width: width / SLICES },
      encoding: {
        x,
        y: { field: 'count', type: 'quantitative', title: 'requests' },
        color: {
          field: 'kind',
          scale: {
            domain: KINDS.map(({ name }) => name),
            range: KINDS.map(({ name }) => `var(--${name})`),
          },
          legend: null,
        },
        description: { field: 'told' },
      },
    },
    'Requests by how they ended, over the run',
  );
  const drawnLatencies = await pageChart(
    {
      width,
      height: 160,
      data: { values: latencies },
      mark: { type: 'line', point: true, interpolate: 'step-after' },
      encoding: {
        x,
        y: { field: 'seconds', type: 'quantitative', title: 'latency of answers, s' },
        color: {
          field: 'quantile',
          scale: { domain: ['p50', 'p99'], range: ['var(--good)', 'var(--server-breaker)'] },
        },
        description: { field: 'told' },
      },
    },
    'How long answers took, over the run',
  );
  return html`<p class="note">
      ${requests.length.toLocaleString('en')} requests are too many to draw one by one: they are
      counted in ${bySlice.size} slices of ${told(sliceMs)} each.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Charts of the run">
      ${raw(drawnCounts)}${raw(drawnLatencies)}
    </div>`;
}

function countsOf(requests: readonly Request[], at: number): Slice[] {
  return [...Map.groupBy(requests, kindOf)].map(([kind, some]) => ({
    ...{ at, kind, count: some.length },
    told: `${some.length} ${KINDS.find(({ name }) => name === kind)?.title ?? kind}, from ${at.toFixed(2)} s on`,
  }));
}

function latenciesOf(requests: readonly Request[], at: number): Latency[] {
  const answered = requests
    .filter(({ refusedBy }) => refusedBy === null)
    .map(({ sentMs, endedMs }) => endedMs - sentMs)
    .sort((a, b) => a - b);
  if (answered.length === 0) return [];
  return [0.5, 0.99].map((share) => {
    const ms = quantile(answered, share);
    const name = `p${100 * share}`;
    return {
      ...{ at, quantile: name, seconds: ms / 1000 },
      told: `${name} ${told(ms)}, from ${at.toFixed(2)} s on`,
    };
  });
}
