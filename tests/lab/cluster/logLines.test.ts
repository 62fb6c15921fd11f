import { expect, it } from 'vitest';
import { LogLines } from '../../../lab/cluster/logLines.ts';

const at = (fraction: string, text: string): string => `2026-01-02T03:04:05${fraction}Z ${text}\n`;
const textsOf = (lines: { text: string }[]): string[] => lines.map(({ text }) => text);

it('cuts pieces into lines, wherever they break', () => {
  const lines = new LogLines();
  const log = at('.1', '{"a": 1}') + at('.25', 'two words') + at('.3', 'unfinished').trimEnd();
  const texts = Array.from({ length: log.length }, (_, index) => log.charAt(index)).flatMap(
    (piece) => textsOf(lines.take(piece)),
  );
  expect(texts).toEqual(['{"a": 1}', 'two words']);
  expect(lines.last).toBe('2026-01-02T03:04:05.250000000Z');
});

it('brings no line twice when a stream is taken up again, and none too few', () => {
  const lines = new LogLines();
  const first = at('.1', 'a') + at('.2', 'b') + at('.2', 'c');
  expect(textsOf(lines.take(first))).toEqual(['a', 'b', 'c']);
  lines.reopened();
  expect(textsOf(lines.take(first + at('.2', 'd') + at('.3', 'e')))).toEqual(['d', 'e']);
  lines.reopened();
  expect(textsOf(lines.take(at('.3', 'e') + at('.35', 'f')))).toEqual(['f']);
});

it('forgets a line that a broken stream left unfinished: the next stream brings it whole', () => {
  const lines = new LogLines();
  lines.take(`${at('.1', 'a')}2026-01-02T03:04:05.2Z hal`);
  lines.reopened();
  expect(textsOf(lines.take(at('.1', 'a') + at('.2', 'half')))).toEqual(['half']);
});

it('orders moments by time, not by how many digits they have', () => {
  const lines = new LogLines();
  lines.take(at('.09', 'a') + at('', 'on the second'));
  lines.reopened();
  expect(textsOf(lines.take(at('.09', 'a') + at('.1', 'b')))).toEqual(['b']);
});

it('keeps lines that stand a moment out of order, as two outputs of a container do', () => {
  const lines = new LogLines();
  expect(textsOf(lines.take(at('.2', 'out') + at('.1', 'err') + at('.3', 'out')))).toEqual([
    'out',
    'err',
    'out',
  ]);
});
