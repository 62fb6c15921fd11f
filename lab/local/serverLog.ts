/** Reads the JSON lines that the server app prints (apps/server/main.ts documents them). */
import { z } from 'zod';

const serverEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('listening'), port: z.int() }),
  z.object({ event: z.literal('lag'), at: z.number(), lagMs: z.number() }),
]);

/** The event of one line, or undefined where the line is none of these. */
export function parseServerLine(line: string): z.infer<typeof serverEvent> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return serverEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
