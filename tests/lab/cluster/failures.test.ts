import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiException } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { blockOf } from '../../../book/outputs/blockOf.ts';
import { SHOWN } from '../../../book/outputs/shown.ts';
import { refusal, RefusedError } from '../../../lab/cluster/failures.ts';
import { ROOT } from '../../support/project.ts';

const told = (error: unknown): string =>
  refusal('stack fail-fast', 'https://k8s:6443', 'list the pods of namespace lab', error).message;

it.each<[what: string, error: unknown, message: RegExp]>([
  [
    'no answer',
    new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 10.0.0.1:6443') }),
    /^stack fail-fast: the cluster at https:\/\/k8s:6443 does not answer: connect ECONNREFUSED 10\.0\.0\.1:6443\. .*--context/,
  ],
  [
    'nobody known',
    new ApiException(401, 'x', '{"message":"Unauthorized"}', {}),
    /does not know this user \(Unauthorized\): log in again/,
  ],
  [
    'no permission',
    new ApiException(403, 'x', { message: 'pods is forbidden: User "a" cannot list' }, {}),
    /^stack fail-fast: not permitted to list the pods of namespace lab: pods is forbidden: User "a" cannot list\. Have a Role bound/,
  ],
  [
    'no API group',
    new ApiException(404, 'x', '404 page not found\n', {}),
    /knows no such kind\. .*install Istio/,
  ],
  [
    'no CustomResourceDefinition',
    new Error('Unrecognized API version and kind: telemetry.istio.io/v1 Telemetry'),
    /^stack fail-fast: the cluster at https:\/\/k8s:6443 cannot list .*, because it knows no such kind\. .*install Istio/,
  ],
  [
    'anything else',
    new RefusedError(500, 'etcd is down'),
    /^stack fail-fast: could not list the pods of namespace lab: etcd is down$/,
  ],
])('says what failed, and what helps: %s', (_, error, message) => {
  expect(told(error)).toMatch(message);
});

it('says of a cluster without Istio what the book shows', () => {
  const page = 'docs/platforms.md';
  const shown = SHOWN[page]?.find(({ command }) => command.includes('preflight'));
  if (shown === undefined) throw new Error(`${page} does not have it`);
  const { message } = refusal(
    ...(['stack baseline', 'https://127.0.0.1:6443', 'read Telemetry circuitbreaker/any'] as const),
    new ApiException(404, 'x', '404 page not found\n', {}),
  );
  expect(message).toBe(blockOf(page, readFileSync(join(ROOT, page), 'utf8'), shown).output);
});
