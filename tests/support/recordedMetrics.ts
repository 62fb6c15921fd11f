/** The breakers' metrics of a real run, scraped while it lasts, as promtool's unit tests take them. */
import { setTimeout as delay } from 'node:timers/promises';
import { prepare } from '../../lab/commands/prepare.ts';
import { runLocally } from '../../lab/local/run.ts';

/** Values by series, such as `envoy_cluster_upstream_cx_active{…}`, a value for each scrape. */
export type Recorded = ReadonlyMap<string, readonly number[]>;

export interface Recording {
  readonly series: Recorded;
  readonly scrapes: number;
  /** Of the last scrape, as it came. */
  readonly text: string;
}

const EVERY_MS = 150;

export async function recordMetrics(
  stack: string,
  { timeScale, batches }: { readonly timeScale: number; readonly batches: number },
): Promise<Recording> {
  const prepared = await prepare(stack, {}, { timeScale, batches });
  const over = new AbortController();
  const served = Promise.withResolvers<string>();
  const texts: string[] = [];
  const run = runLocally({ metricsPort: 0 })(prepared, {
    signal: new AbortController().signal,
    onProgress: (event) => {
      const [url] = (event.kind === 'note' && /http:\S+/.exec(event.text)) || [];
      if (url !== undefined) served.resolve(url);
    },
  }).finally(() => {
    over.abort();
  });
  const url = await Promise.race([served.promise, run.then(() => '')]);
  while (!over.signal.aborted) {
    const text = await fetch(url, { signal: over.signal }).then(
      (response) => response.text(),
      () => undefined,
    );
    if (text !== undefined) texts.push(text);
    // A scrape is due when its time has come, or the run is over.
    await delay(EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
  }
  await run;
  return { series: seriesOf(texts), scrapes: texts.length, text: texts.at(-1) ?? '' };
}

function seriesOf(texts: readonly string[]): Recorded {
  const series = new Map<string, number[]>();
  texts.forEach((text, index) => {
    for (const [, name = '', value] of text.matchAll(/^(envoy_\S+\{.*\}) (\S+)$/gm)) {
      // What Envoy has counted nothing of yet, it leaves out: 0.
      const values = series.get(name) ?? Array.from({ length: index }, () => 0);
      values.push(Number(value));
      series.set(name, values);
    }
  });
  return series;
}
