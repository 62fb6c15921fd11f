/** A prediction in short: the same each time, and never in the way of what it stands beside. */
import { describe, expect, it } from 'vitest';
import { foretellerOf } from '../../../lab/foretelling.ts';
import { prepare } from '../../../lab/commands/prepare.ts';
import { foretell, foretellObjects } from '../../../lab/predict/foretell.ts';
import { objects } from '../../support/manifests.ts';

const { namespace, service, server, client } = objects;
const overTcp = { ...service, spec: { ...service.spec, ports: [{ name: 'tcp', port: 80 }] } };

it('is the same for the same objects, whoever asks', async () => {
  const prepared = await prepare('fail-fast', {}, { batches: undefined, timeScale: 1 });
  const first = await foretell(prepared);
  expect(first).toMatchObject({ outcomes: { 'answered/1': {} }, latency: {} });
  expect(await foretell(prepared)).toEqual(first);
  expect(await foretellObjects(prepared.objects, 'fail-fast')).toEqual(first);
});

describe('what cannot be predicted is one line', () => {
  it.each([
    ['objects that a server would refuse', [{ ...service, spec: { ports: 'none' } }]],
    ['nothing at all', []],
    ['what is no object', [null]],
    ['a client that asks at a TCP port', [namespace, overTcp, server, client]],
  ])('%s', async (_, given) => {
    const foretelling = await foretellObjects(given, 'some');
    expect(foretelling).toEqual({ problem: expect.stringMatching(/^[^\n]+$/) as string });
  });
});

it('for a preview it is lines for people, and an output with a text for each outcome', async () => {
  const ask = foretellerOf({ stack: 'some', load: 'batch', deployed: false });
  const { lines, prediction } = await ask([namespace, service, server, client]);
  expect(lines[0]).toMatch(
    /^Predicted for a warm batch \(median, and the range of 95 % of \d+ runs\):$/,
  );
  expect(Object.keys(prediction)).toContain('answered/1');
  expect(Object.values(prediction).every((text) => typeof text === 'string')).toBe(true);
  expect(await ask([])).toMatchObject({
    lines: [expect.stringMatching(/^It is not predicted: /) as string],
    prediction: { problem: expect.any(String) as string },
  });
});
