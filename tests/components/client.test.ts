/**
 * What each component registers, under Pulumi's mocks: this proves what Pulumi is asked for, not
 * that a cluster takes it.
 */
import { describe, expect, it } from 'vitest';
import { BatchClient, ClosedLoopClient, PacedClient } from '../../components/client.ts';
import { inputsOf, registrationsOf } from '../support/registrations.ts';
import { namespace, url, DEPLOYMENT, SERVICE, deployment, service } from './made.ts';

describe('a client', () => {
  const HEALTH = { LOG_FORMAT: 'json', HEALTH_PORT: '8080' };
  const clients: [kind: string, make: () => unknown, load: Record<string, string>][] = [
    [
      'BatchClient, as the seed sends',
      () => new BatchClient('pyclient', { namespace, url }),
      { MODE: 'batch', BATCH_SIZE: '10', INTERVAL: '20s', TIMEOUT: '60s' },
    ],
    [
      'BatchClient of its own size',
      () =>
        new BatchClient('pyclient', {
          namespace,
          url,
          batchSize: 3,
          interval: '1s',
          timeout: '2s',
        }),
      { MODE: 'batch', BATCH_SIZE: '3', INTERVAL: '1s', TIMEOUT: '2s' },
    ],
    [
      'ClosedLoopClient, as hey sends',
      () => new ClosedLoopClient('pyclient', { namespace, url }),
      { MODE: 'closed', WORKERS: '50', REQUESTS: '200', TIMEOUT: '60s' },
    ],
    [
      'PacedClient, as a loop around curl sends',
      () => new PacedClient('pyclient', { namespace, url }),
      { MODE: 'paced', INTERVAL: '100ms', REQUESTS: '200', TIMEOUT: '60s' },
    ],
  ];

  it.each(clients)('%s', async (_, make, load) => {
    const registrations = await registrationsOf(make);
    expect(inputsOf(registrations, DEPLOYMENT)).toEqual(
      deployment(
        'pyclient',
        { app: 'pyclient' },
        {
          name: 'client',
          image: 'circuit-lab-client:dev',
          port: 8080,
          env: { URL: url, ...load, ...HEALTH },
        },
      ),
    );
    expect(inputsOf(registrations, SERVICE)).toEqual(service('pyclient', 8080, 8080));
  });

  it('from outside the mesh gets no sidecar', async () => {
    const registrations = await registrationsOf(
      () => new BatchClient('pyclient', { namespace, url, outside: true }),
    );
    expect(inputsOf(registrations, DEPLOYMENT)).toMatchObject({
      spec: { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'false' } } } },
    });
  });
});
