import { expect, it } from 'vitest';
import { difference } from '../../../lab/cluster/drift.ts';

const wanted = {
  kind: 'Deployment',
  spec: {
    replicas: 1,
    template: {
      spec: { containers: [{ name: 'client', env: [{ name: 'URL', value: 'http://pyserver/' }] }] },
    },
  },
};

it('is none where the cluster has more than was asked for', () => {
  const containers = [
    { name: 'istio-proxy' },
    {
      name: 'client',
      imagePullPolicy: 'IfNotPresent',
      env: [
        { name: 'ADDED', value: 'x' },
        { name: 'URL', value: 'http://pyserver/' },
      ],
    },
  ];
  const found = {
    ...wanted,
    status: {},
    spec: { replicas: 1, template: { spec: { containers } } },
  };
  expect(difference(wanted, found)).toBeUndefined();
});

it('names the field, what is there and what is here', () => {
  const found = { ...wanted, spec: { ...wanted.spec, replicas: 3 } };
  expect(difference(wanted, found)).toBe('spec.replicas is 3 there and 1 here');
});

it("knows a field that the API's client has renamed", () => {
  const policy = (from: string): object => ({
    spec: { ingress: [{ [from]: [{ podSelector: {} }] }] },
  });
  expect(difference(policy('from'), policy('_from'))).toBeUndefined();
  expect(difference(policy('from'), { spec: { ingress: [{ _from: [] }] } })).toMatch(/from\[0\]/);
});

it('tells the elements of a list by their names', () => {
  const env = [{ name: 'URL', value: 'http://other/' }];
  const containers = [{ name: 'other' }, { name: 'client', env }];
  const found = { ...wanted, spec: { replicas: 1, template: { spec: { containers } } } };
  expect(difference(wanted, found)).toBe(
    'spec.template.spec.containers[client].env[URL].value is "http://other/" there and "http://pyserver/" here',
  );
});

it('is none for what an API server leaves out when it is empty, or writes in another form', () => {
  expect(difference({ spec: { limits: {}, env: [] } }, { spec: {} })).toBeUndefined();
  expect(difference({ resources: { cpu: '0.05' } }, { resources: { cpu: '50m' } })).toBeUndefined();
  expect(difference({ spec: { limits: { a: 1 } } }, { spec: {} })).toBe(
    'spec.limits is nothing there and {"a":1} here',
  );
});
