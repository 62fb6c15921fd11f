/** Each proxy's statistics, as one looks them up by hand, and where its limits come from. */
import { shortName } from '../../../../envoy/clusterName.ts';
import { UNLIMITED } from '../../../../envoy/thresholds.ts';
import type { Observation } from '../../../../experiment/observation.ts';
import { FIGURES, wasUsed } from '../../figures.ts';
import { html, type Html } from '../html.ts';
import { table } from '../table.ts';

export function statistics({ proxies }: Observation): Html | '' {
  const columns = proxies.flatMap(({ pod, role, clusters }) =>
    clusters.filter(wasUsed).map((cluster) => ({ pod, role, cluster })),
  );
  if (columns.length === 0) return '';
  return table({
    caption: 'What each proxy counted in the run, in the clusters that were used',
    numbers: true,
    heads: [
      '',
      ...columns.map(
        ({ pod, role, cluster }) => html`${role} ${pod}<small>${shortName(cluster.name)}</small>`,
      ),
    ],
    rows: FIGURES.map(([name, figure]) => [
      html`<code>${name}</code>`,
      ...columns.map(({ cluster }) => {
        const value = figure(cluster);
        return value === UNLIMITED ? html`<span class="none">no limit</span>` : value;
      }),
    ]),
  });
}

export function settings({ settings: all }: Observation): Html | '' {
  if (all.length === 0) return '';
  return table({
    caption: 'Fields of the objects, and the fields of Envoy that they became',
    heads: ['the object says', 'value', 'Envoy has', 'value', 'in which proxies'],
    rows: all.map(({ object, field, value, workloads, cluster, envoy, envoyValue }) => [
      html`${object}<small><code>${field ?? 'unset'}</code></small>`,
      html`<code>${value ?? ''}</code>`,
      html`<code>${shortName(cluster)}</code
        ><small><code>${envoy.replace(EXTENSION, '')}</code></small>`,
      envoyValue === null
        ? html`<span class="none">not set</span>`
        : html`<code>${envoyValue}</code>`,
      namesOf(workloads).join(', '),
    ]),
  });
}

/** Every cluster has its HTTP options in an extension of this name. */
const EXTENSION = 'typed_extension_protocol_options.envoy.extensions.upstreams.http.v3.';

/** Without their namespace, where all have the same. */
function namesOf(workloads: readonly string[]): string[] {
  const namespaces = new Set(workloads.map((workload) => workload.split('/')[0]));
  return workloads.map((workload) =>
    namespaces.size === 1 ? (workload.split('/')[1] ?? workload) : workload,
  );
}
