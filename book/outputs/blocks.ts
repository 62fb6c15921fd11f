/**
 * What a page shows of commands: blocks fenced as `console`, in which each line that begins with `$ `
 * is a command, and what follows it, up to the next one, what it printed. Other blocks are files, if
 * the line above names one.
 */

export interface Block {
  /** In one line, without what is said of it after a `#`. */
  readonly command: string;
  /** What it printed, as the page has it; empty where the page shows the command alone. */
  readonly output: string;
  /** Where the output stands in the page's text. */
  readonly from: number;
  readonly to: number;
}

const CONSOLE = /^```console\n([^]*?)^```$/gm;

export function blocksOf(text: string): Block[] {
  return [...text.matchAll(CONSOLE)].flatMap(({ 1: inner = '', index }) =>
    segments(inner, index + '```console\n'.length),
  );
}

/** A command, lines that end with `\` and the one after them included. */
const COMMAND = /^\$ (?:.*\\\n)*.*\n/gm;

function segments(inner: string, start: number): Block[] {
  const commands = [...inner.matchAll(COMMAND)];
  return commands.map(({ 0: written, index }, number) => {
    const from = index + written.length;
    const to = commands[number + 1]?.index ?? inner.length;
    return {
      command: written
        .slice(2)
        .replace(/\s*\\\n\s*/g, ' ')
        .replace(/\s+# .*/, '')
        .trim(),
      output: inner.slice(from, to).replace(/^\n+|\s+$/g, ''),
      from: start + from,
      to: start + to,
    };
  });
}

/** What begins as an output and has no command: nothing tells what made it. */
export function strays(text: string): string[] {
  const bare = [...text.matchAll(/^```([^\n`]*)\n([^\n]*)\n[^]*?^```$/gm)];
  return bare
    .filter(([, language = '', first = '']) =>
      language === 'console' ? !first.startsWith('$ ') : language === '',
    )
    .map(([, , first = '']) => first);
}

/** The file that a page shows below a line with its name alone, such as `rule.yaml` in backquotes. */
export function fileOf(text: string, name: string): string {
  const escaped = name.replace(/[.]/g, '\\.');
  const found = new RegExp(`\`${escaped}\`[^\\n]*\\n\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(text)?.[1];
  if (found === undefined) throw new Error(`no block below the name ${name}`);
  return found;
}

/** The page with another output for a block. */
export function withOutput(text: string, { from, to }: Block, output: string): string {
  const isLast = text.startsWith('```', to);
  return `${text.slice(0, from)}\n${output}\n${isLast ? '' : '\n'}${text.slice(to)}`;
}
