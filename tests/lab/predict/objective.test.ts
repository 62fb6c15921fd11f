/** An objective is read as it is meant, or refused with what would do; what cannot be told is not met. */
import { describe, expect, it } from 'vitest';
import type { Figures } from '../../../lab/predict/figures.ts';
import {
  formatValue,
  isMet,
  parseObjective,
  shortfall,
  valueOf,
} from '../../../lab/predict/objective.ts';

const figures = (answeredMs: number[], requests = answeredMs.length, refused = 0): Figures => ({
  requests,
  refused,
  answeredMs: Float64Array.from(answeredMs),
});

describe('an objective', () => {
  it.each([
    ['success >= 99%', true, 0.99],
    ['success>=0.995', true, 0.995],
    ['refused <= 1 %', false, 0.01],
    ['errors <= 0', false, 0],
    ['p99 <= 2s', false, 2000],
    ['p99.9<=250ms', false, 250],
  ])('%s', (text, atLeast, limit) => {
    expect(parseObjective(text)).toMatchObject({ atLeast, limit });
  });

  it.each([
    ['fast', /write a metric, >= or <=, and a value, such as/],
    ['succes >= 99%', /'succes' is no metric. Did you mean 'success'\? Metrics: success, errors/],
    ['p0 <= 2s', /'p0' is no metric/],
    ['success <= 99%', /success is bounded by >=: 'success >= 99%'/],
    ['p99 < 2s', /p99 is bounded by <=: 'p99 <= 2s'/],
    ['success >= 130%', /'130%' is no value of success: it must be a share such as '99%'/],
    ['p99 <= 2', /'2' is no value of p99: it must be a time above 0 such as '250ms'/],
    ['p99 <= 0s', /must be a time above 0/],
  ])('%s is none', (text, message) => {
    expect(() => parseObjective(text)).toThrow(message);
  });
});

describe('what figures show', () => {
  it('is a share of all requests, or a time of those that were answered', () => {
    const some = figures([100, 200, 300, 400], 10, 3);
    const value = (text: string): number => valueOf(parseObjective(text), some);
    expect(value('success >= 1')).toBe(0.4);
    expect(value('errors <= 1')).toBe(0.6);
    expect(value('refused <= 1')).toBe(0.3);
    expect(value('p50 <= 1s')).toBe(200);
    expect(value('p99 <= 1s')).toBe(400);
  });

  it('is of the experiment’s own time', () => {
    expect(valueOf(parseObjective('p50 <= 1s'), figures([100]), 0.1)).toBe(1000);
  });

  it('is not met where nothing was answered, or nothing sent', () => {
    const p99 = parseObjective('p99 <= 2s');
    expect(isMet(p99, valueOf(p99, figures([], 10)))).toBe(false);
    expect(shortfall(p99, valueOf(p99, figures([], 10)))).toBe(Infinity);
    const success = parseObjective('success >= 0%');
    expect(isMet(success, valueOf(success, figures([])))).toBe(false);
  });

  it('is written in the words of the objective', () => {
    expect(formatValue(parseObjective('success >= 99%'), 0.98765)).toBe('98.8%');
    expect(formatValue(parseObjective('p99 <= 2s'), 1234.5)).toBe('1.23s');
    expect(formatValue(parseObjective('p99 <= 2s'), NaN)).toBe('nothing was answered');
  });
});
