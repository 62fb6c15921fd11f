/** What a command that failed says, and with which code it exits. */
import { CommanderError } from 'commander';
import { LabError } from '../../errors/labError.ts';
import { Interrupted } from './interrupt.ts';

const EXIT_BAD_INPUT = 2;
/** A mistake of the lab's own (EX_SOFTWARE of sysexits.h): none of whoever called it. */
const EXIT_CRASH = 70;

export interface Failure {
  readonly exitCode: number;
  /** For standard error; empty where it was said already. */
  readonly text: string;
}

/** @param json whether it is told as `{ "error": { "code", "message" } }`, for programs */
export function failureOf(error: unknown, json: boolean): Failure {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help and version end well.
    const isWell = error.exitCode === 0;
    const message = error.message.replace(/^error: /, '');
    return {
      exitCode: isWell ? 0 : EXIT_BAD_INPUT,
      text: json && !isWell ? told('input', message) : '',
    };
  }
  const say = (code: string, message: string): string =>
    json ? told(code, message) : `${message}\n`;
  if (error instanceof LabError) {
    return { exitCode: EXIT_BAD_INPUT, text: say(error.code, error.message) };
  }
  if (error instanceof Interrupted) {
    return { exitCode: error.exitCode, text: say('interrupted', error.message) };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: EXIT_CRASH, text: say('crash', stack) };
}

function told(code: string, message: string): string {
  return `${JSON.stringify({ error: { code, message } })}\n`;
}
