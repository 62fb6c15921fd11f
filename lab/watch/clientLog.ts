/** Reads the JSON lines that the client app prints. */
import { z } from 'zod';
import type { ClientEvent } from '../../apps/contract.ts';

const batchEvent = z.object({
  event: z.literal('batch'),
  client: z.string(),
  batch: z.int(),
  size: z.int().nullable(),
  /** Absent in the log of an older client. */
  dueAt: z.number().optional(),
  gapMs: z.number().optional(),
  startedAt: z.number(),
});

const sentEvent = z.object({
  event: z.literal('sent'),
  id: z.string(),
  client: z.string(),
  batch: z.int(),
  sentAt: z.number(),
});

const responseEvent = z.object({
  event: z.literal('response'),
  id: z.string(),
  client: z.string(),
  batch: z.int(),
  index: z.int().optional(),
  status: z.int(),
  error: z.string().optional(),
  from: z.string().optional(),
  sentAt: z.number(),
  endedAt: z.number(),
});

const lagEvent = z.object({
  event: z.literal('lag'),
  client: z.string(),
  at: z.number(),
  lagMs: z.number(),
});

const readyEvent = z.object({ event: z.literal('ready'), client: z.string() });

const doneEvent = z.object({ event: z.literal('done'), client: z.string() });

const clientEvent: z.ZodType<ClientEvent> = z.discriminatedUnion('event', [
  readyEvent,
  batchEvent,
  sentEvent,
  responseEvent,
  lagEvent,
  doneEvent,
]);

/** The event of one line, or undefined where the line is none. */
export function parseClientLine(line: string): ClientEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return clientEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
