/** Which lines of an output a page shows. */

/** From a line that begins so to the line before one that begins so, or to the end. */
export type Part = readonly [from: string, before?: string];

/** @throws Error where no line begins so: the command prints something else by now */
export function partsOf(text: string, parts: readonly Part[] = [['']]): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const indexIn = (some: readonly string[], beginning: string): number =>
    some.findIndex((line) => line.trimStart().startsWith(beginning));
  return parts
    .map(([from, before]) => {
      const start = indexIn(lines, from);
      if (start === -1) throw new Error(`no line begins with '${from}':\n${text}`);
      const rest = lines.slice(start);
      const end = before === undefined ? -1 : indexIn(rest, before);
      return rest
        .slice(0, end === -1 ? undefined : end)
        .join('\n')
        .replace(/^\n+|\s+$/g, '');
    })
    .join('\n\n');
}
