/**
 * What each component registers, under Pulumi's mocks: this proves what Pulumi is asked for, not
 * that a cluster takes it.
 */
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../components/circuitBreaker.ts';
import { TrafficSplit } from '../../components/trafficSplit.ts';
import { inputsOf, registrationsOf } from '../support/registrations.ts';
import { namespace, host, DESTINATION_RULE, VIRTUAL_SERVICE } from './made.ts';

describe('CircuitBreaker', () => {
  const connectionPool = { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 1 } };

  it('is a DestinationRule with the policy as it was given', async () => {
    const registrations = await registrationsOf(
      () => new CircuitBreaker('pyserver', { namespace, host, trafficPolicy: { connectionPool } }),
    );
    expect(inputsOf(registrations, DESTINATION_RULE)).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'pyserver', namespace },
      spec: { host, trafficPolicy: { connectionPool } },
    });
  });

  it('gives each subset its own policy', async () => {
    const subsets = [
      { name: 'v1', labels: { version: 'v1' }, trafficPolicy: { connectionPool } },
      { name: 'v2', labels: { version: 'v2' } },
    ];
    const registrations = await registrationsOf(
      () => new CircuitBreaker('pyserver', { namespace, host, subsets }),
    );
    expect(inputsOf(registrations, DESTINATION_RULE)).toMatchObject({ spec: { host, subsets } });
  });

  const refused: [what: string, args: object, field: string][] = [
    [
      'a negative limit',
      { trafficPolicy: { connectionPool: { tcp: { maxConnections: -1 } } } },
      'trafficPolicy.connectionPool.tcp.maxConnections: ',
    ],
    [
      'a misspelt field',
      { trafficPolicy: { connectionPool: { tcp: { maxConection: 5 } } } },
      'trafficPolicy.connectionPool.tcp: Unrecognized key: "maxConection"',
    ],
    [
      'a percentage above 100',
      { trafficPolicy: { outlierDetection: { maxEjectionPercent: 400 } } },
      'trafficPolicy.outlierDetection.maxEjectionPercent: ',
    ],
    [
      "an interval of '1x'",
      { trafficPolicy: { outlierDetection: { interval: '1x' } } },
      'trafficPolicy.outlierDetection.interval: must be a duration with its unit',
    ],
    [
      "a negative limit of a subset's",
      {
        subsets: [{ name: 'v1', trafficPolicy: { connectionPool: { http: { maxRetries: -1 } } } }],
      },
      'subsets.0.trafficPolicy.connectionPool.http.maxRetries: ',
    ],
  ];

  it.each(refused)('refuses %s at once, naming the field', async (_, args, field) => {
    const made = registrationsOf(
      () => new CircuitBreaker('pyserver', { namespace, host, ...args }),
    );
    const error: unknown = await made.catch((reason: unknown) => reason);
    expect(pulumi.ResourceError.isInstance(error)).toBe(true);
    expect((error as Error).message).toContain(field);
    // The CLI prints the message alone, at the component.
    expect(error).toMatchObject({
      hideStack: true,
      resource: expect.any(CircuitBreaker) as unknown,
    });
  });

  it("is typed: a misspelt Istio field does not compile, and is refused where types don't reach", async () => {
    const made = registrationsOf(
      () =>
        new CircuitBreaker('pyserver', {
          namespace,
          host,
          trafficPolicy: {
            // @ts-expect-error -- the field is http1MaxPendingRequests
            connectionPool: { http: { http1MaxPendingRequest: 1 } },
          },
        }),
    );
    await expect(made).rejects.toThrow('Unrecognized key: "http1MaxPendingRequest"');
  });
});

describe('TrafficSplit', () => {
  it('by default sends all to the Service, for all sidecars', async () => {
    const registrations = await registrationsOf(
      () => new TrafficSplit('pyserver', { namespace, host }),
    );
    expect(inputsOf(registrations, VIRTUAL_SERVICE)).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'pyserver', namespace },
      spec: { hosts: [host], http: [{ route: [{ destination: { host } }] }] },
    });
  });

  it('shares the traffic among subsets, with retries, timeout and faults', async () => {
    const retries = { attempts: 3, retryOn: '503' };
    const fault = { abort: { httpStatus: 503, percentage: { value: 10 } } };
    const registrations = await registrationsOf(
      () =>
        new TrafficSplit('pyserver', {
          namespace,
          host,
          hosts: ['*'],
          gateways: [pulumi.output('ingress')],
          weights: { v1: 75, v2: 25 },
          retries,
          timeout: '10s',
          fault,
        }),
    );
    expect(inputsOf(registrations, VIRTUAL_SERVICE)['spec']).toEqual({
      hosts: ['*'],
      gateways: ['ingress'],
      http: [
        {
          route: [
            { destination: { host, subset: 'v1' }, weight: 75 },
            { destination: { host, subset: 'v2' }, weight: 25 },
          ],
          retries,
          timeout: '10s',
          fault,
        },
      ],
    });
  });

  it.each([
    ['retries.attempts', { retries: { attempts: -1 } }],
    ['timeout', { timeout: '5' }],
    ['fault.abort.httpStatus', { fault: { abort: { httpStatus: 99 } } }],
  ])('refuses a bad %s at once', async (field, args) => {
    const made = registrationsOf(() => new TrafficSplit('pyserver', { namespace, host, ...args }));
    const error: unknown = await made.catch((reason: unknown) => reason);
    expect(pulumi.ResourceError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(new RegExp(`^${field}: `));
  });
});
