/**
 * How a schema is given what is parsed with it a few times in a process: zod otherwise compiles an object's
 * schema at its first use, which takes as long as interpreting it some thousand times.
 */
export const A_FEW_TIMES = { jitless: true } as const;
