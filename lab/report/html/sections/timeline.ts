/** Every request as a bar: batch by batch, or, for a load without batches, over the whole run. */
import { LOADS } from '../../../../apps/contract.ts';
import { durationMs } from '../../../../istio/duration.ts';
import { brokenBatches } from '../../../analysis/broken.ts';
import { columnsOf } from '../../columns.ts';
import type { Observation, Request } from '../../../../experiment/observation.ts';
import { type Axis, axisOf, bars, packed, type Rows } from '../bars.ts';
import { html, type Html } from '../html.ts';
import { KINDS, kindOf } from '../kinds.ts';
import { slices } from './slices.ts';

/** More bars than this nobody looks at one by one, and no browser draws at once. */
export const MOST_BARS = 3000;

/** How requests ended, each with how many; its boxes show and hide the bars. */
export function legend({ requests }: Observation): Html {
  const counts = Map.groupBy(requests, kindOf);
  return html`<fieldset class="legend">
      <legend>Show</legend>
      ${KINDS.filter(({ name }) => counts.has(name)).map(
        ({ name, title }) =>
          html`<label
            ><input type="checkbox" checked data-kind="${name}" /><span
              class="swatch ${name}"
            ></span
            >${title} <b>${counts.get(name)?.length}</b></label
          >`,
      )}
    </fieldset>
    ${
      requests.some(({ waitedMs }) => waitedMs !== undefined) &&
      html`<p class="note">
        <span class="swatch good"><i></i></span> hatched: waiting in the pool of the client's proxy,
        as both proxies' logs tell it
      </p>`
    }`;
}

export async function timeline(observation: Observation): Promise<Html> {
  if (observation.requests.length > MOST_BARS) return slices(observation);
  return LOADS[observation.experiment.load].inBatches ? batches(observation) : whole(observation);
}

/** The batches that broke the verdict, first and large. */
export function broken(observation: Observation): Html | '' {
  const found = brokenBatches(observation);
  if (found.length === 0 || observation.requests.length > MOST_BARS) return '';
  return html`<section id="broke" class="broke">
    <h2>Where it broke</h2>
    ${found.map(
      ({ check, batch, matched }) =>
        html`<h3>Batch ${batch + 1}: ${check.name}</h3>
          <p>
            Expected ${check.expected}. Here ${matched.length === 1 ? 'it was' : 'there were'}
            <b>${matched.length}</b>, marked below.
          </p>
          ${panel(observation, batch, new Set(matched))}`,
    )}
  </section>`;
}

function batches(observation: Observation): Html {
  const columns = columnsOf(observation);
  return html`<div class="panels">${columns.map((_, batch) => panel(observation, batch))}</div>`;
}

function panel(observation: Observation, batch: number, marked?: ReadonlySet<Request>): Html {
  const column = columnsOf(observation)[batch];
  const own = observation.requests.filter((one) => one.batch === batch);
  const good = own.filter(({ refusedBy }) => refusedBy === null).length;
  const state = column?.subtitle ?? '';
  const title = `Batch ${batch + 1}`;
  return html`<figure class="panel ${state}">
    <figcaption>
      <b>${title}</b> ${state} <span>${good} answered, ${own.length - good} not</span>
    </figcaption>
    ${bars(byClient(own), batchAxis(observation, own), title, marked)}
  </figure>`;
}

/** A row for each request, by client, in the order in which they were sent. */
function byClient(requests: readonly Request[]): Rows[] {
  return [...Map.groupBy(requests, ({ client }) => client)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, all]) => ({ title, rows: inOrder(all).map((one) => [one]) }));
}

/** What was answered first stands first; refusals after it. */
function inOrder(requests: readonly Request[]): Request[] {
  const rank = ({ refusedBy, endedMs }: Request): number =>
    (refusedBy === null ? 0 : 1e12) + endedMs;
  return requests.toSorted((a, b) => rank(a) - rank(b));
}

/** As long in every batch, so that they can be compared. */
function batchAxis(
  { requests, experiment, timeScale }: Observation,
  own: readonly Request[],
): Axis {
  const startOf = (some: readonly Request[]): number =>
    some.reduce((first, { sentMs }) => Math.min(first, sentMs), Infinity);
  const longest = [...Map.groupBy(requests, ({ batch }) => batch).values()].reduce((most, some) => {
    const start = startOf(some);
    return some.reduce((length, { endedMs }) => Math.max(length, endedMs - start), most);
  }, 0);
  return axisOf(startOf(own), longest, durationMs(experiment.serviceTime) * timeScale);
}

function whole({ requests, durationMs: lengthMs }: Observation): Html {
  const groups = [...Map.groupBy(requests, ({ endpoint }) => endpoint ?? 'sent to nobody')]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, all]): Rows => ({ title, rows: packed(all) }));
  return html`<div class="whole">${bars(groups, axisOf(0, lengthMs, 0), 'The whole run')}</div>`;
}
