/**
 * What each component registers, under Pulumi's mocks: this proves what Pulumi is asked for, not
 * that a cluster takes it.
 */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../components/circuitBreaker.ts';
import { BatchClient } from '../../components/client.ts';
import { MeshNamespace } from '../../components/meshNamespace.ts';
import { Server } from '../../components/server.ts';
import { expectSoundNames, inputsOf, registrationsOf, treeOf } from '../support/registrations.ts';
import { namespace, DEPLOYMENT, ACCOUNT, SERVICE, CONFIG_MAP, DESTINATION_RULE } from './made.ts';

describe("in somebody else's program", () => {
  it('outputs go into other resources', async () => {
    const registrations = await registrationsOf(() => {
      const { namespace: own } = new MeshNamespace('shop');
      const server = new Server('catalogue', { namespace: own });
      const breaker = new CircuitBreaker('catalogue', { namespace: own, host: server.host });
      const client = new BatchClient('buyer', { namespace: own, url: server.url });
      new k8s.core.v1.ConfigMap('links', {
        metadata: { namespace: own },
        data: {
          host: server.host,
          url: server.url,
          rule: breaker.ruleName,
          client: client.deploymentName,
        },
      });
    });
    expect(inputsOf(registrations, CONFIG_MAP)).toMatchObject({
      metadata: { namespace: 'shop' },
      data: {
        host: 'catalogue.shop.svc.cluster.local',
        url: 'http://catalogue/index',
        rule: 'catalogue',
        client: 'buyer',
      },
    });
    expect(inputsOf(registrations, DESTINATION_RULE)).toMatchObject({
      spec: { host: 'catalogue.shop.svc.cluster.local' },
    });
    expectSoundNames(registrations);
  });

  it('a component can be the child of another, and hands options on to its children', async () => {
    class Shop extends pulumi.ComponentResource {
      constructor(name: string) {
        super('shop:index:Shop', name);
        new Server(`${name}-server`, { namespace }, { parent: this });
        this.registerOutputs();
      }
    }
    const registrations = await registrationsOf(() => new Shop('shop'));
    expect(treeOf(registrations)).toEqual([
      ['shop:index:Shop', 'shop', undefined],
      ['circuit-lab:index:Server', 'shop-server', 'shop:index:Shop shop'],
      [ACCOUNT, 'shop-server', 'circuit-lab:index:Server shop-server'],
      [DEPLOYMENT, 'shop-server', 'circuit-lab:index:Server shop-server'],
      [SERVICE, 'shop-server', 'circuit-lab:index:Server shop-server'],
    ]);
    expectSoundNames(registrations);
  });
});
