/** What a page may ask for: one message each. */
import { z } from 'zod';
import { problems } from '../../errors/issues.ts';
import { LabError } from '../../errors/labError.ts';
import { FAULTS } from './faults.ts';
import { NAMES } from './settings.ts';

/** A value as a stack's file would have it; its key says what it allows. */
const value = z.string().max(200);

export const control = z.discriminatedUnion('do', [
  /** Turns these settings, and leaves the others. */
  z.strictObject({ do: z.literal('set'), values: z.partialRecord(z.enum(NAMES), value) }),
  /** All settings as they were given. */
  z.strictObject({ do: z.literal('reset') }),
  z.strictObject({ do: z.literal('fault'), pod: z.string().max(200), fault: z.enum(FAULTS) }),
  /** Lets the load begin, or end when what is under way was answered. */
  z.strictObject({ do: z.literal('load'), on: z.boolean() }),
  z.strictObject({ do: z.literal('save'), name: z.string().max(200) }),
  /** Ends everything, the lab too. */
  z.strictObject({ do: z.literal('end') }),
]);

export type Control = z.infer<typeof control>;

/** @throws LabError for a text that is no control */
export function readControl(text: string): Control {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new LabError('a control is JSON, such as {"do":"load","on":false}');
  }
  const result = control.safeParse(data);
  if (result.success) return result.data;
  throw new LabError(`control: ${problems(result.error, data, control).join('; ')}`);
}
