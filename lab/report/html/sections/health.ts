/** The endpoints' health over time, as each proxy that calls them saw it: ejections and returns. */
import { shortName } from '../../../../envoy/clusterName.ts';
import type { Cluster, EndpointHealth, Observation } from '../../../../experiment/observation.ts';
import { seconds } from '../../../analysis/explanation/facts.ts';
import { grown } from '../../../analysis/explanation/facts.ts';
import { healthChanges } from '../../../analysis/phases.ts';
import { html, type Html } from '../html.ts';
import { table } from '../table.ts';

export function health({ proxies, durationMs }: Observation): Html | '' {
  if (healthChanges(proxies).length === 0) return '';
  const places = proxies.flatMap(({ pod, clusters }) =>
    clusters
      .filter(({ endpoints }) => endpoints.some((one) => one.health.some(isEjected)))
      .map((cluster) => ({ proxy: pod, cluster })),
  );
  return html`${places.map(
      ({ proxy, cluster }) =>
        html`<figure class="panel health">
          <figcaption><b>The proxy of ${proxy}</b> ${shortName(cluster.name)}</figcaption>
          <div class="bars">
            ${cluster.endpoints.map(
              (endpoint) =>
                html`<p class="lane">${endpoint.pod}</p>
                  <div class="row">
                    ${stretches(endpoint.health, durationMs).map(
                      ({ from, to, ejected, reason }) =>
                        html`<span
                          class="bar ${ejected ? 'ejected' : 'healthy'}"
                          role="img"
                          style="left:${share(from, durationMs)}%;width:${share(to - from, durationMs)}%"
                          aria-label="${endpoint.pod} ${ejected ? `ejected${reason === undefined ? '' : ` for ${reason}`}` : 'called'} from ${seconds(from)} to ${seconds(to)}"
                        ></span>`,
                    )}
                  </div>`,
            )}
            <div class="scale" aria-hidden="true">
              <span style="left:0%">0 s</span><span style="left:100%">${seconds(durationMs)}</span>
            </div>
          </div>
        </figure>`,
    )}
    <p class="note">
      <span class="swatch healthy"></span> called <span class="swatch ejected"></span> ejected, as
      <code>istioctl proxy-config endpoints</code> shows it (FAILED)
    </p>
    ${counters(places)}`;
}

const COUNTED = [
  'outlier_detection.ejections_detected_consecutive_5xx',
  'outlier_detection.ejections_detected_consecutive_gateway_failure',
  'outlier_detection.ejections_enforced_total',
  'outlier_detection.ejections_overflow',
] as const;

function counters(places: readonly { readonly proxy: string; readonly cluster: Cluster }[]): Html {
  return table({
    caption: 'What the detectors counted',
    numbers: true,
    heads: [
      '',
      ...places.map(
        ({ proxy, cluster }) => html`${proxy}<small>${shortName(cluster.name)}</small>`,
      ),
    ],
    rows: COUNTED.map((counter) => [
      html`<code>${counter.replace('outlier_detection.', '')}</code>`,
      ...places.map(({ cluster }) => grown(cluster, counter)),
    ]),
  });
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly ejected: boolean;
  readonly reason: string | undefined;
}

function stretches(entries: readonly EndpointHealth[], end: number): Stretch[] {
  return entries.flatMap((entry, index) => {
    const from = index === 0 ? 0 : entry.atMs;
    const to = Math.min(end, entries[index + 1]?.atMs ?? end);
    return to <= from ? [] : [{ from, to, ejected: isEjected(entry), reason: entry.reason }];
  });
}

function isEjected({ outlierCheck }: EndpointHealth): boolean {
  return outlierCheck === 'FAILED';
}

function share(ms: number, all: number): string {
  return ((100 * ms) / Math.max(1, all)).toFixed(2);
}
