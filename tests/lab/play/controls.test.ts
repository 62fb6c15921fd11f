/** Only what a page may ask for is read as a control. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { control, readControl } from '../../../lab/play/controls.ts';
import { expectStrict } from '../../support/strictness.ts';

describe('a control', () => {
  it.each([
    { do: 'set', values: { maxConnections: '2', 'outlierDetection.interval': '1s' } },
    { do: 'reset' },
    { do: 'fault', pod: 'circuitbreaker/pyserver-0', fault: 'killed' },
    { do: 'load', on: false },
    { do: 'save', name: 'mine' },
    { do: 'end' },
  ])('$do is read as it is', (given) => {
    expect(readControl(JSON.stringify(given))).toEqual(given);
    expectStrict(control, given, ['values']);
  });

  it.each([
    ['what is no JSON', '{', 'a control is JSON'],
    ['something that nobody does', '{"do":"dance"}', "Expected 'set' | 'reset'"],
    ['a setting that is none', '{"do":"set","values":{"replicas":"2"}}', 'replicas'],
    ['a value that is no text', '{"do":"set","values":{"maxConnections":2}}', 'maxConnections'],
    ['a fault that is none', '{"do":"fault","pod":"a/b","fault":"sad"}', 'sad'],
    [
      'a text without an end',
      JSON.stringify({ do: 'set', values: { serverDelay: '1'.repeat(300) } }),
      'serverDelay',
    ],
  ])('is refused where it is %s', (_, text, said) => {
    expect(() => readControl(text)).toThrow(LabError);
    expect(() => readControl(text)).toThrow(said);
  });
});
