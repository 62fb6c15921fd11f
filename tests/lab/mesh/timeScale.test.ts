/** What shrinks with the times of an experiment. */
import { expect, test } from 'vitest';
import { scaledSetting } from '../../../lab/mesh/timeScale.ts';

test.each([
  ['DELAY', '5s', '1s'],
  ['DURATION', '10s', '2s'],
  ['RATE', '40/s', '200/s'],
  ['STEPS', '10/s for 5s, 0/s for 1s', '50/s for 1s, 0/s for 200ms'],
  ['SEND_AT', '0ms, 100ms, 2s', '0s, 20ms, 400ms'],
  ['RATE', 'fast', 'fast'],
  ['URL', '5s', '5s'],
])('%s %s becomes %s at a fifth', (name, text, wanted) => {
  expect(scaledSetting(name, text, 0.2)).toBe(wanted);
});
