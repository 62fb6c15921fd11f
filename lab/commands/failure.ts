/** What a command that failed says, and with which code it exits. */
import { CommanderError } from 'commander';
import { z } from 'zod';
import { LabError } from '../../errors/labError.ts';
import type { Format } from '../report/format.ts';
import { Interrupted } from './interrupt.ts';

/** Input or environment that cannot be used. */
export const EXIT_BAD_INPUT = 2;
/** A mistake of the lab's own (EX_SOFTWARE of sysexits.h): none of whoever called it. */
export const EXIT_CRASH = 70;

/** A failure as one JSON document, on standard error. */
export const errorDocument = z.strictObject({
  error: z.strictObject({
    /** Whose: bad input, what the machine or the cluster lacks, a signal, a mistake of the lab's. */
    code: z.enum(['input', 'environment', 'interrupted', 'crash']),
    message: z.string(),
  }),
});

export interface Failure {
  readonly exitCode: number;
  /** For standard error; empty where it was said already. */
  readonly text: string;
}

/** @param format the one in which it is told */
export function failureOf(error: unknown, format: Format): Failure {
  if (error instanceof CommanderError) {
    // Commander has printed its message, for people; help and version end well.
    const isWell = error.exitCode === 0;
    const message = error.message.replace(/^error: /, '');
    return {
      exitCode: isWell ? 0 : EXIT_BAD_INPUT,
      text: format.alone && !isWell ? format.error('input', message) : '',
    };
  }
  if (error instanceof LabError) {
    return { exitCode: EXIT_BAD_INPUT, text: format.error(error.code, error.message) };
  }
  if (error instanceof Interrupted) {
    return { exitCode: error.exitCode, text: format.error('interrupted', error.message) };
  }
  return { exitCode: EXIT_CRASH, text: format.error('crash', whereabouts(error)) };
}

/** All there is of a mistake of the lab's own. */
export function whereabouts(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
