/** Proves what Kubernetes would give a container: its variables, and its files. */
import { expect, test } from 'vitest';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import { deployment, leftOutOf, object, podNamed } from './objects.ts';

test('a container has the entries of ConfigMaps as variables, its own over them', () => {
  const container = {
    ...{ name: 'app', image: 'app:1' },
    envFrom: [{ configMapRef: { name: 'all' } }, { prefix: 'P_', configMapRef: { name: 'all' } }],
    env: [
      { name: 'B', value: 'own' },
      { name: 'ONE', valueFrom: { configMapKeyRef: { name: 'all', key: 'A' } } },
      { name: 'NONE', valueFrom: { configMapKeyRef: { name: 'all', key: 'C' } } },
    ],
  };
  const mesh = meshOf([
    object('v1', 'ConfigMap', 'all', { data: { A: '1', B: '2' } }),
    deployment('server', { spec: { containers: [container] } }),
  ]);
  expect(podNamed(mesh, 'server-0').containers[0]?.env).toEqual({
    ...{ A: '1', B: 'own', P_A: '1', P_B: '2', ONE: '1' },
  });
  expect(leftOutOf(mesh)).toEqual([
    'Deployment shop/server: spec.template.spec.containers.0.env.2: NONE has no plain value and is not set',
  ]);
});

test('a container has its values, those of the downward API, and its ConfigMaps as files', () => {
  const env = [
    { name: 'PLAIN', value: 'x' },
    { name: 'EMPTY' },
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
  ];
  const mesh = meshOf([
    object('v1', 'ConfigMap', 'settings', { data: { 'a.json': '{}' } }),
    object('v1', 'ConfigMap', 'settings', { data: { other: '' } }, 'elsewhere'),
    deployment('server', {
      spec: {
        containers: [
          {
            name: 'app',
            image: 'app:1',
            args: ['--slow'],
            env,
            volumeMounts: [{ name: 'config', mountPath: '/etc/app' }],
          },
          { name: 'istio-proxy', image: 'auto' },
        ],
        volumes: [{ name: 'config', configMap: { name: 'settings' } }],
      },
    }),
  ]);
  expect(podNamed(mesh, 'server-0').containers).toEqual([
    {
      name: 'app',
      image: 'app:1',
      command: [],
      args: ['--slow'],
      env: { PLAIN: 'x', EMPTY: '', POD: 'server-0', IP: '10.244.0.1' },
      ports: [],
      files: { '/etc/app/a.json': '{}' },
    },
  ]);
  expect(leftOutOf(mesh)).toEqual([
    'Deployment shop/server: spec.template.spec.containers.0.env.4: SECRET has no plain value and is not set',
  ]);
});
