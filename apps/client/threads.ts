/** A load that several threads share, because one cannot send fast enough. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Traffic } from './traffic.ts';

/** What a thread is told when it begins; what is asked it reads where its process does. */
export interface ThreadData {
  readonly thread: number;
  readonly startAt: number;
}

/** What a thread is told later. */
export type Told = 'stop' | 'giveUp';

/** What a thread tells: lines of the log, and at its end how many requests it has recorded. */
export interface Recorded {
  readonly text: string;
  readonly requests: number;
}

/** Resolves when all threads have ended. Rejects where one of them breaks. */
export async function inThreads(threads: number, traffic: Traffic): Promise<void> {
  await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const workerData: ThreadData = { thread, startAt: traffic.startAt };
      const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData });
      const tell = (told: Told) => (): void => {
        worker.postMessage(told);
      };
      worker.on('message', ({ text, requests }: Recorded) => {
        traffic.adopt(text, requests);
      });
      traffic.stop.addEventListener('abort', tell('stop'));
      traffic.giveUp.addEventListener('abort', tell('giveUp'));
      await once(worker, 'exit');
    }),
  );
}
