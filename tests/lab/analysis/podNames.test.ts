/** Pods are told apart by namespace and name, and called by their names alone where that suffices. */
import { expect, it } from 'vitest';
import { withShortNames } from '../../../lab/analysis/podNames.ts';
import { observation } from './observed.ts';
import { proxy, request } from './logged.ts';

it('calls a pod by its name, in texts as well, where no other has it', () => {
  const seen = withShortNames(
    observation({
      requests: [request({ client: 'one/pyclient-0', endpoint: 'one/pyserver-0' })],
      proxies: [proxy({ pod: 'two/pyclient-0' }), proxy({ pod: 'one/pyserver-0' })],
      faults: ['the server one/pyserver-0 ended, one/pyclient-0 did not'],
      disturbed: [{ batch: 0, lagMs: 90, toleratedMs: 50, who: 'one/pyserver-0 was late' }],
    }),
  );
  expect(seen.requests[0]).toMatchObject({ client: 'one/pyclient-0', endpoint: 'pyserver-0' });
  expect(seen.proxies.map(({ pod }) => pod)).toEqual(['two/pyclient-0', 'pyserver-0']);
  expect(seen.faults).toEqual(['the server pyserver-0 ended, one/pyclient-0 did not']);
  expect(seen.disturbed[0]?.who).toBe('pyserver-0 was late');
});

it('takes no id for another that begins with it', () => {
  const pods = ['ns/a-1', 'ns/a-10'];
  const seen = withShortNames(
    observation({ proxies: pods.map((pod) => proxy({ pod })), faults: ['ns/a-10 and ns/a-1'] }),
  );
  expect(seen.faults).toEqual(['a-10 and a-1']);
});

it('leaves alone what is no id', () => {
  const given = observation({ proxies: [proxy({ pod: '127.0.0.1:80' }), proxy({ pod: 'bare' })] });
  expect(withShortNames(given)).toEqual(given);
});
