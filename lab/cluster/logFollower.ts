/** Follows the logs of many containers, through the ends of streams and of the connection. */
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterApi, LogPosition } from './api.ts';
import { reasonOf, statusOf } from './failures.ts';
import { LogLines } from './logLines.ts';

export interface Followed {
  readonly position: LogPosition;
  readonly onLine: (line: string) => void;
  /** A stream that ended or broke although it was to go on. It is taken up where it ended. */
  readonly onBreak: (why: string) => void;
}

const RETRY_MS = 500;

/** Goes on until the signal is aborted, or there is no such container any more. */
export async function followLog(
  api: ClusterApi,
  { position, onLine, onBreak }: Followed,
  signal: AbortSignal,
): Promise<void> {
  const lines = new LogLines();
  const isOver = (): boolean => signal.aborted;
  for (;;) {
    let why = 'it ended';
    try {
      const since = lines.last ?? position.since;
      const stream = await api.followLog({ ...position, since }, signal);
      lines.reopened();
      const decoder = new StringDecoder('utf8');
      for await (const piece of stream) {
        for (const { text } of lines.take(decoder.write(piece as Buffer))) onLine(text);
      }
    } catch (error) {
      // The pod is gone: whoever watches the pods says so.
      if (statusOf(error) === 404) return;
      why = reasonOf(error);
    }
    if (isOver()) return;
    onBreak(why);
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    if (isOver()) return;
  }
}
