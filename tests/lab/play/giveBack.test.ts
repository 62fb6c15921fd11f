/** Settings come back as lines for Pulumi's CLI, and as a stack that has them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../config/parse.ts';
import { readStack, withSettings } from '../../../config/stackFiles.ts';
import { configLines, saveStack } from '../../../lab/play/giveBack.ts';
import { settingsOf, turnedKeys, valuesIn } from '../../../lab/play/ofStack.ts';
import { checkValues, type Values } from '../../../lab/play/settings.ts';
import { projectWith } from '../../support/project.ts';

const STACK = `config:
  # Of the first seed.
  circuit-lab:description: Five connections
  circuit-lab:seed: istio_circuit_breaker
  circuit-lab:maxConnections: "5"
  circuit-lab:outlierDetection:
    consecutive5xxErrors: 5
    interval: 10s
  circuit-lab:expect:
    - name: answered
      status: 200
      count: [5, 6]
encryptionsalt: v1:abc
`;

function project(): { readonly root: string; readonly values: Values } {
  const root = projectWith({ 'Pulumi.five.yaml': STACK });
  return { root, values: valuesIn(readStack(root, 'five')) };
}

const TURNED = {
  maxConnections: '2',
  serverDelay: '500ms',
  'outlierDetection.consecutive5xxErrors': '1',
  'outlierDetection.interval': '',
  'outlierDetection.maxEjectionPercent': '100',
} as const;

describe('lines', () => {
  it('are of what differs from the file, and of nothing else', () => {
    const { root, values } = project();
    const file = readStack(root, 'five');
    expect(configLines('five', file, { ...values, ...TURNED })).toEqual([
      'pulumi config set -s five maxConnections 2',
      'pulumi config set -s five --path outlierDetection.consecutive5xxErrors 1',
      'pulumi config rm -s five --path outlierDetection.interval',
      'pulumi config set -s five --path outlierDetection.maxEjectionPercent 100',
      'pulumi config set -s five serverDelay 500ms',
    ]);
    expect(configLines('five', file, values)).toEqual(['# as Pulumi.five.yaml has it']);
  });
});

describe('a saved stack', () => {
  it('has these values, and all else of the stack but what was expected of it', () => {
    const { root, values } = project();
    const turned = { ...values, ...TURNED };
    const file = readStack(root, 'five');
    expect(saveStack(root, { from: 'five', name: 'two', file, values: turned })).toBe(
      'Pulumi.two.yaml',
    );
    const saved = readStack(root, 'two');
    expect(valuesIn(saved)).toEqual(turned);
    expect(parseConfig(saved, 'Pulumi.two.yaml').expect).toEqual([]);
    expect(saved['description']).toBe('As played from five');
    expect(saved['seed']).toBe(parseConfig(saved, 'Pulumi.two.yaml').seed);
    const text = readFileSync(join(root, 'Pulumi.two.yaml'), 'utf8');
    expect(text).toContain('circuit-lab:maxConnections: "2"');
    expect(text).toContain('encryptionsalt: v1:abc');
  });

  it('is never written over another', () => {
    const { root, values } = project();
    const file = readStack(root, 'five');
    expect(() => saveStack(root, { from: 'five', name: 'five', file, values })).toThrow(
      'Pulumi.five.yaml is there already',
    );
    expect(readFileSync(join(root, 'Pulumi.five.yaml'), 'utf8')).toBe(STACK);
  });

  it.each(['', '../up', 'a/b', 'a b', '.hidden', 'x'.repeat(64)])('is not called %j', (name) => {
    const { root, values } = project();
    const file = readStack(root, 'five');
    expect(() => saveStack(root, { from: 'five', name, file, values })).toThrow('is no name');
  });
});

describe('turned keys', () => {
  it('are those that differ, the structured ones whole', () => {
    const { root, values } = project();
    const raw = readStack(root, 'five');
    expect(turnedKeys(raw, { ...values, ...TURNED })).toEqual({
      maxConnections: '2',
      serverDelay: '500ms',
      outlierDetection: '{"consecutive5xxErrors":1,"maxEjectionPercent":100}',
    });
  });

  it('make the values, set over the file, whatever they are', () => {
    const { root, values } = project();
    const raw = readStack(root, 'five');
    const count = fc.nat({ max: 1000 }).map(String);
    const maybe = fc.oneof(fc.constant(''), count);
    const time = fc.integer({ min: 1, max: 9999 }).map((ms) => `${ms}ms`);
    fc.assert(
      fc.property(
        fc.record({
          ...{ maxConnections: count, http1MaxPendingRequests: count, maxRetries: count },
          'outlierDetection.consecutive5xxErrors': maybe,
          'outlierDetection.interval': fc.oneof(fc.constant(''), time),
          serverDelay: time,
          load: fc.constantFrom('batch', 'closed', 'paced'),
        }),
        (given) => {
          const turned = { ...values, ...given };
          checkValues(turned, 'five');
          expect(valuesIn(withSettings(raw, settingsOf(raw, turned)))).toEqual(turned);
        },
      ),
    );
  });
});

describe('a value', () => {
  it.each([
    ['maxConnections', '-1', "five: maxConnections: '-1' is not allowed"],
    ['maxConnections', '', "five: maxConnections: '' is not allowed"],
    ['serverDelay', 'soon', "five: serverDelay: 'soon' is not allowed"],
    ['clientReplicas', '0', "five: clientReplicas: '0' is not allowed"],
    ['outlierDetection.interval', 'soon', 'five: outlierDetection.interval is "soon"'],
    ['outlierDetection.maxEjectionPercent', '400', 'five: outlierDetection.maxEjectionPercent'],
  ])('%s is not %j', (name, value, said) => {
    const { values } = project();
    expect(() => {
      checkValues({ ...values, [name]: value }, 'five');
    }).toThrow(said);
  });
});
