/** The mesh as a graph, as Kiali draws one: boxes, and what went from one to the other. */
import { instance, type Viz } from '@viz-js/viz';
import type { Phase } from '../../../../experiment/expectation.ts';
import type { Observation } from '../../../../experiment/observation.ts';
import { healthChanges, phaseAt } from '../../../analysis/phases.ts';
import { type Edge, type Node, type Topology, topologyOf } from '../../../analysis/topology.ts';
import { html, type Html, raw } from '../html.ts';

const PHASES: Readonly<Record<Phase, string>> = {
  'before-ejection': 'Before the ejection',
  ejected: 'While an endpoint was ejected',
  returned: 'After it had returned',
};

/** Such as Kiali has: what is healthy, degraded, failing. */
const DEGRADED = 0.001;
const FAILING = 0.2;

export async function topology(observation: Observation): Promise<Html | ''> {
  const viz = await instance();
  const { requests, proxies } = observation;
  const changes = healthChanges(proxies);
  const phases = Object.entries(PHASES)
    .map(([phase, title]) => ({
      title,
      requests: requests.filter(({ sentMs }) => phaseAt(changes, sentMs) === phase),
    }))
    .filter(({ requests: some }) => some.length > 0);
  const graphs = changes.length === 0 ? [{ title: 'The whole run', requests }] : phases;
  if (requests.length === 0) return '';
  return html`<div class="graphs">
      ${graphs.map(({ title, requests: some }) => {
        const graph = topologyOf(observation, some);
        return html`<figure class="graph">
          <figcaption><b>${title}</b> ${some.length} requests</figcaption>
          <div class="scroll" tabindex="0" role="region" aria-label="${title}: ${inWords(graph)}">
            ${raw(drawn(viz, graph))}
          </div>
        </figure>`;
      })}
    </div>
    <p class="note">
      A share is that of all that left the box; red are failures. ⚡: a breaker on this edge opened,
      and refused so many.
    </p>`;
}

function drawn(viz: Viz, { nodes, edges }: Topology): string {
  const svg = viz.renderString(
    {
      directed: true,
      graphAttributes: { rankdir: 'LR', bgcolor: 'transparent', nodesep: 0.35, ranksep: 1.1 },
      nodeAttributes: {
        fontname: 'Arial',
        fontsize: 13,
        shape: 'box',
        style: 'rounded',
        margin: '0.15,0.08',
      },
      edgeAttributes: { fontname: 'Arial', fontsize: 12 },
      nodes: nodes.map((node) => ({
        name: node.id,
        attributes: {
          label: nodeLabel(node),
          shape: SHAPES[node.kind],
          class: node.kind,
          tooltip: ' ',
        },
      })),
      edges: edges.map((edge) => ({
        tail: edge.from,
        head: edge.to,
        attributes: {
          label: edgeLabel(edge),
          class:
            edge.failed / edge.requests >= FAILING
              ? 'failing'
              : edge.failed / edge.requests >= DEGRADED
                ? 'degraded'
                : 'healthy',
          penwidth: 1 + 3 * edge.share,
          ...(edge.refused > 0 && { style: 'dashed' }),
        },
      })),
    },
    { format: 'svg' },
  );
  return svg
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->|<title>[\s\S]*?<\/title>| id="[^"]*"/g, '')
    .replace(
      /<svg width="(\d+)pt" height="\d+pt"/,
      (_, width: string) =>
        `<svg aria-hidden="true" style="max-width:${Math.round(1.33 * Number(width))}px"`,
    );
}

const SHAPES: Readonly<Record<Node['kind'], string>> = {
  client: 'box',
  gateway: 'hexagon',
  service: 'invhouse',
  workload: 'box',
};

function nodeLabel({ kind, name, pods }: Node): string {
  return kind === 'service'
    ? (name.split('.')[0] ?? name)
    : `${name}${pods > 1 ? ` x ${pods}` : ''}`;
}

function edgeLabel({ requests, share, failed, refused }: Edge): string {
  return [
    `${requests}${share < 0.9995 ? ` (${percent(share)})` : ''}`,
    ...(failed > 0 ? [`${percent(failed / requests)} failed`] : []),
    ...(refused > 0 ? [`⚡ ${refused} refused`] : []),
  ].join('\\n');
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** The same for who cannot see it. */
function inWords({ nodes, edges }: Topology): string {
  const nameOf = (id: string): string => nodes.find((node) => node.id === id)?.name ?? id;
  return edges
    .map(
      (edge) =>
        `${nameOf(edge.from)} to ${nameOf(edge.to)}: ${edgeLabel(edge).replaceAll('\\n', ', ')}`,
    )
    .join('; ');
}
