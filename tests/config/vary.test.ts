/** What `--vary` says: ranges, lists and fields of structured keys; what it refuses, and with what advice. */
import { describe, expect, it } from 'vitest';
import { projectDefaults } from '../../config/stackFiles.ts';
import { parseVary, valueIn, withValue } from '../../config/vary.ts';
import { LabError } from '../../errors/labError.ts';
import { ROOT } from '../support/project.ts';

const DEFAULTS = projectDefaults(ROOT);

describe('the values of a key', () => {
  it.each([
    ['maxConnections=1..4', ['1', '2', '3', '4']],
    ['maxConnections=0..20:5', ['0', '5', '10', '15', '20']],
    ['maxConnections=1,2,5..7,10', ['1', '2', '5', '6', '7', '10']],
    ['maxConnections=3,3,1', ['3', '1']],
    ['serverDelay=100ms..1s:300ms', ['100ms', '400ms', '700ms', '1s']],
    ['serverDelay=1s,1m30s', ['1s', '1m30s']],
    ['requestRate=10/s..30/s:10/s', ['10/s', '20/s', '30/s']],
    ['load=batch,closed', ['batch', 'closed']],
    ['rateSteps=1/s for 1s, 2/s for 1s; 5/s for 1s', ['1/s for 1s, 2/s for 1s', '5/s for 1s']],
    ['sendAt=0ms, 20ms', ['0ms, 20ms']],
    ['retryBudget.percent=0.1..0.3:0.1', ['0.1', '0.2', '0.3']],
  ])('%s', (text, values) => {
    expect(parseVary(text).values).toEqual(values);
  });
});

describe('what is refused', () => {
  it.each([
    [
      'maxConnections',
      /^--vary maxConnections: write it as key=values, such as maxConnections=1\.\.20/,
    ],
    ['maxConections=1..2', /unknown key 'maxConections'\. Did you mean 'maxConnections'\?/],
    ['maxConnections=20..1', /'20\.\.1' is empty: 20 is more than 1; write 1\.\.20$/],
    ['maxConnections=', /a value is empty/],
    ['maxConnections=1,,2', /a value is empty/],
    [
      'maxConnections=1..10000000',
      /10,000,000 values, at most 10,000\. Take a wider step, such as 1\.\.10000000:200000$/,
    ],
    ['maxConnections=1..9:0', /'0' is no step: write it such as 1\.\.9:1/],
    ['serverDelay=1s..5s', /needs a step: write it such as 1s\.\.5s:400ms$/],
    ['serverDelay=1s..5', /both ends must be numbers, durations or rates/],
  ])('%s', (text, message) => {
    expect(() => parseVary(text)).toThrow(LabError);
    expect(() => parseVary(text)).toThrow(message);
  });

  it('a value that its key does not allow, and a field that a structure lacks', () => {
    const put = (text: string) => () => {
      const variation = parseVary(text);
      return withValue(DEFAULTS, variation, variation.values[0] ?? '');
    };
    expect(put('maxConnections=-1')).toThrow(
      /^--vary maxConnections=-1: maxConnections: '-1' is not allowed\. Allowed: a whole number from 0/,
    );
    expect(put('retries.attempt=1')).toThrow(/--vary retries\.attempt=1: retries: .*attempt/);
    expect(put('maxConnections.x=1')).toThrow(LabError);
  });
});

it('a value is put into the configuration, and read from it', () => {
  const plain = parseVary('maxConnections=7');
  expect(valueIn(withValue(DEFAULTS, plain, '7'), plain)).toBe('7');
  const field = parseVary('outlierDetection.interval=5s');
  expect(valueIn(DEFAULTS, field)).toBeUndefined();
  const { outlierDetection = '' } = withValue(DEFAULTS, field, '5s');
  expect(JSON.parse(outlierDetection)).toEqual({ interval: '5s' });
  expect(valueIn({ ...DEFAULTS, outlierDetection }, field)).toBe('5s');
});
