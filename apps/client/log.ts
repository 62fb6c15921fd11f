/** What the client prints: the seed's lines for people, or one JSON object a line for programs. */
import { toMicroseconds } from '../common/clock.ts';
import type { Lag } from '../common/lag.ts';
import type { Outcome } from './exchange.ts';

/** One request's place in the run. Times are epoch ms. */
export interface Sent {
  readonly id: string;
  readonly batch: number;
  readonly index: number;
  readonly sentAt: number;
}

export type Ended = Sent & Outcome;

/** The lines for each thing that happens; none where the format has none. */
export interface LogFormat {
  ready(): string[];
  batch(batch: {
    readonly batch: number;
    readonly size: number;
    readonly dueAt: number;
    readonly gapMs: number;
    readonly startedAt: number;
  }): string[];
  sent(request: Sent): string[];
  response(request: Ended): string[];
  lag(lag: Lag): string[];
  done(run: { readonly requests: number }): string[];
}

/**
 * The seed's lines, times of day in local time, seconds with four decimals. A request without a
 * response has status 0 and its error at the end of the line.
 */
export const textFormat: LogFormat = {
  ready: () => [],
  batch: () => ['----------START BATCH----------'],
  sent: () => [],
  response({ status, error, sentAt, endedAt }) {
    const seconds = ((endedAt - sentAt) / 1000).toFixed(4);
    const times = `START: ${timeOfDay(sentAt)}, END: ${timeOfDay(endedAt)}, TIME: ${seconds}`;
    return [`STATUS: ${status}, ${times}${error === undefined ? '' : `, ERROR: ${error}`}`];
  },
  lag: () => [],
  done: () => [],
};

/** One JSON object a line; main.ts documents them. */
export function jsonFormat(client: string): LogFormat {
  return {
    ready: () => [JSON.stringify({ event: 'ready', client })],
    batch: ({ batch, size, dueAt, gapMs, startedAt }) => [
      JSON.stringify({ event: 'batch', client, batch, size, dueAt, gapMs, startedAt }),
    ],
    sent: ({ id, batch, index, sentAt }) => [
      JSON.stringify({ event: 'sent', id, client, batch, index, sentAt }),
    ],
    response({ id, batch, index, sentAt, endedAt, status, error, from, bytes, headers }) {
      const timeMs = toMicroseconds(endedAt - sentAt);
      const when = { sentAt, endedAt, timeMs };
      return [
        JSON.stringify({
          event: 'response',
          id,
          client,
          batch,
          index,
          status,
          error,
          from,
          ...when,
          bytes,
          headers,
        }),
      ];
    },
    lag: ({ at, lagMs }) => [JSON.stringify({ event: 'lag', client, at, lagMs })],
    done: ({ requests }) => [JSON.stringify({ event: 'done', client, requests })],
  };
}

function timeOfDay(epochMs: number): string {
  const date = new Date(epochMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
