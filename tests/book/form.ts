/** The form of an output: its lines and labels, without what each run has anew. */

/**
 * What a run may show or not show, by chance: how requests ended, sentences of what it found, outcomes
 * beside the prediction, counters that stay where they are.
 */
const BY_CHANCE = [
  /^ *(?:\d{3}|E[A-Z]+) (after|at once|UO|UH|-|NR|URX|UT|UF|UC) ?/,
  /^ {2}\S.*\.$/,
  /^ *[\w-]+\/[\w-]+ +\d/,
  /^ *warning: /,
  /^batch \d+: /,
  /^(All lies inside|Outside of what)/,
];

/** A number by itself, with its unit, or what stands for none. */
const NUMBER = /(?<![\w#])-?\d[\d.,]*(?: ?(?:ms|min|s|%))?(?!\w)|(?<=\s)[.-](?=\s|$)/g;

export function formOf(output: string): string[] {
  const lines = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !BY_CHANCE.some((form) => form.test(line)))
    .map((line) =>
      line
        .replace(/http:\/\/127\.0\.0\.1:\S+/, 'an address')
        .replace(/, in [23] of [23] runs$/, '')
        .replace(/, all times at [\d.]+ of their own/, '')
        .replace(NUMBER, '#')
        .replace(JUDGED, 'judged')
        .replace(/^ *(holds|does not hold|inconclusive): .*/, 'verdict')
        .replace(/(?: [cwd])+$/, ' states')
        .replace(/^The verdict .*/, 'The verdict')
        .replace(/\b(cold|warm|disturbed)\b/g, 'state')
        .replace(/\s+/g, ' ')
        .replace(/(#|state)( \1)+/g, '$1')
        .trim(),
    );
  return lines.filter((line, index) => line !== lines[index - 1]);
}

/** How a check came out: a busy machine has a say in it, and each experiment's own test in the rest. */
const JUDGED = /(holds|FAILS|open)$/;

/** A run that the machine disturbed shows the machine. */
export function isDisturbed(output: string): boolean {
  return /\(disturbed\)|disturbed +(?:[cw] )*d|inconclusive|Not judged|too busy to tell|tells nothing/.test(
    output,
  );
}
