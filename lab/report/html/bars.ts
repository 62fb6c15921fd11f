/** Requests as bars from sent to ended, in rows: HTML, so that they are as wide as there is room. */
import type { Request } from '../../../experiment/observation.ts';
import { html, type Html } from './html.ts';
import { kindOf } from './kinds.ts';
import { requestText, told } from './requestText.ts';

/** The time that is shown, in ms of the run, from its left end to its right. */
export interface Axis {
  readonly fromMs: number;
  readonly toMs: number;
  /** Between two lines. */
  readonly unitMs: number;
}

/** An axis from a moment on that has some four to ten lines. */
export function axisOf(fromMs: number, lengthMs: number, unitMs: number): Axis {
  const long = Math.max(lengthMs, 1);
  const power = 10 ** Math.floor(Math.log10(long / 5));
  const round = [1, 2, 5, 10].find((step) => long / (step * power) <= 8) ?? 10;
  const lines = long / Math.max(unitMs, 1);
  const unit = unitMs >= 20 && lines >= 1 && lines <= 10 ? unitMs : round * power;
  return { fromMs, toMs: fromMs + Math.max(1, Math.ceil(long / unit - 0.1)) * unit, unitMs: unit };
}

/** Requests in rows, none over another; who comes first has the first row that is free. */
export function packed(requests: readonly Request[]): Request[][] {
  const rows: Request[][] = [];
  for (const request of requests.toSorted((a, b) => a.sentMs - b.sentMs)) {
    const free = rows.find((row) => (row.at(-1)?.endedMs ?? 0) <= request.sentMs);
    if (free === undefined) rows.push([request]);
    else free.push(request);
  }
  return rows;
}

export interface Rows {
  /** What the rows have in common, such as a client. */
  readonly title: string;
  readonly rows: readonly (readonly Request[])[];
}

/** @param marked those to be pointed at */
export function bars(
  groups: readonly Rows[],
  axis: Axis,
  label: string,
  marked: ReadonlySet<Request> = new Set(),
): Html {
  const named = groups.length > 1;
  return html`<div
    class="bars"
    role="group"
    aria-label="${label}"
    style="--unit:${percent(axis.unitMs, axis)}%"
  >
    ${groups.map(
      ({ title, rows }) =>
        html`${named && html`<p class="lane">${title}</p>`}${rows.map(
          (row) =>
            html`<div class="row">${row.map((one) => bar(one, axis, marked.has(one)))}</div> `,
        )}`,
    )}${scale(axis)}
  </div>`;
}

function bar(request: Request, axis: Axis, isMarked: boolean): Html {
  const { sentMs, endedMs, waitedMs = 0, refusedBy, flags } = request;
  const left = percent(sentMs - axis.fromMs, axis);
  const width = percent(endedMs - sentMs, axis);
  const waited =
    endedMs > sentMs ? (100 * Math.min(waitedMs, endedMs - sentMs)) / (endedMs - sentMs) : 0;
  const flag = refusedBy === null ? '' : (flags.client ?? flags.server ?? '');
  return html`<span
    class="bar ${kindOf(request)}${isMarked && ' marked'}"
    role="img"
    style="left:${left}%;width:${width}%"
    aria-label="${requestText(request)}"
    >${waited >= 2 && html`<i style="width:${waited.toFixed(1)}%"></i>`}${flag !== '' && html`<b aria-hidden="true">${flag}</b>`}</span
  >`;
}

function scale(axis: Axis): Html {
  const count = Math.round((axis.toMs - axis.fromMs) / axis.unitMs);
  const every = Math.ceil(count / 5);
  const ticks = Array.from({ length: count + 1 }, (_, index) => index).filter(
    (one) => one % every === 0,
  );
  return html`<div class="scale" aria-hidden="true">
    ${ticks.map(
      (tick) =>
        html`<span style="left:${((100 * tick) / count).toFixed(2)}%"
          >${tick === 0 ? '0' : told(tick * axis.unitMs)}</span
        >`,
    )}
  </div>`;
}

function percent(ms: number, { fromMs, toMs }: Axis): string {
  return ((100 * ms) / (toMs - fromMs)).toFixed(2);
}
