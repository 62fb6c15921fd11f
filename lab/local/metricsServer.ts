/** The breakers' metrics of a run's proxies, for a Prometheus to scrape while the run lasts. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { merged } from '../../envoy/prometheus.ts';
import { environmentError } from '../../errors/labError.ts';
import type { EnvoyAdmin } from '../../envoy/admin.ts';

export interface MetricsServer {
  /** What to scrape, on loopback. */
  readonly url: string;
  readonly stop: () => void;
}

const PATH = '/metrics';

/** The text format's own content type (prometheus.io, Exposition formats). */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * @param proxies those that run when they are asked about
 * @param port of 127.0.0.1; 0 for one that the system chooses
 * @throws LabError where the port is taken
 */
export async function serveMetrics(
  proxies: () => readonly EnvoyAdmin[],
  port = 0,
): Promise<MetricsServer> {
  const server = process.getBuiltinModule('node:http').createServer((request, response) => {
    if (request.url?.split('?')[0] !== PATH) {
      response.writeHead(404).end(`the metrics are at ${PATH}\n`);
      return;
    }
    // One that has just died answers nothing; the others' metrics are none the worse.
    void Promise.allSettled(proxies().map((admin) => admin.breakerMetrics())).then((answers) => {
      const texts = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(merged(texts));
    });
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw environmentError(
      `--metrics-port ${port}: cannot be listened at: ${(error as Error).message}. ` +
        'Choose another, or --serve-metrics for one that is free',
    );
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
