/** Proves that what Istio's CustomResourceDefinitions say of several fields at once is held. */
import { expect, test } from 'vitest';
import { brokenRules } from '../../istio/crdRules.ts';

const PORT = { number: 80, name: 'http' };
const AT = { address: '10.1.1.1' };
const SERVICE_ENTRY = { hosts: ['a.test'], ports: [PORT], resolution: 'STATIC', endpoints: [AT] };

test.each([
  ['ServiceEntry', SERVICE_ENTRY],
  ['ServiceEntry', { hosts: ['a.test'], addresses: ['10.0.0.0/8'] }],
  ['WorkloadEntry', AT],
  ['WorkloadEntry', { address: 'unix:///run/a.sock' }],
  ['PeerAuthentication', { mtls: { mode: 'STRICT' } }],
  ['DestinationRule', { host: 'a' }],
])('%s %j is taken', (kind, spec) => {
  expect(brokenRules(kind, spec)).toEqual([]);
});

test.each([
  ['ServiceEntry', { ...SERVICE_ENTRY, workloadSelector: {} }, 'endpoints'],
  ['ServiceEntry', { ...SERVICE_ENTRY, resolution: 'NONE' }, 'endpoints'],
  [
    'ServiceEntry',
    { ...SERVICE_ENTRY, resolution: 'DNS_ROUND_ROBIN', endpoints: [AT, AT] },
    'endpoints',
  ],
  ['ServiceEntry', { ...SERVICE_ENTRY, resolution: 'DNS', addresses: ['10.0.0.0/8'] }, 'addresses'],
  ['ServiceEntry', { ...SERVICE_ENTRY, hosts: ['*'] }, 'hosts'],
  ['ServiceEntry', { ...SERVICE_ENTRY, ports: [PORT, { ...PORT, name: 'b' }] }, 'ports'],
  ['ServiceEntry', { ...SERVICE_ENTRY, endpoints: [AT, {}] }, 'endpoints.1.address'],
  ['ServiceEntry', { ...SERVICE_ENTRY, ports: [PORT, { ...PORT, number: 81 }] }, 'ports'],
  ['ServiceEntry', undefined, ''],
  [
    'DestinationRule',
    { workloadSelector: { matchLabels: { app: '*' } } },
    'workloadSelector.matchLabels.app',
  ],
  [
    'PeerAuthentication',
    { selector: { matchLabels: { a: 'b' } }, portLevelMtls: { 0: {} } },
    'portLevelMtls.0',
  ],
  ['WorkloadEntry', {}, 'address'],
  ['WorkloadEntry', { address: 'unix:///a', ports: { http: 80 } }, 'ports'],
  ['WorkloadEntry', { address: 'unix://a' }, 'address'],
  ['PeerAuthentication', { portLevelMtls: { 80: { mode: 'STRICT' } } }, 'portLevelMtls'],
])('%s %j is refused at %s', (kind, spec, path) => {
  expect(brokenRules(kind, spec).map((rule) => rule.path.join('.'))).toEqual([path]);
});
