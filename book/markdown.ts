/** Markdown as the house writes it. */
import { format, resolveConfig } from 'prettier';
import { ROOT } from './root.ts';

/** A table; each cell is Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** As `npm run format` would leave it. */
export async function formatted(markdown: string): Promise<string> {
  const config = await resolveConfig(`${ROOT}README.md`);
  return format(markdown, { ...config, parser: 'markdown' });
}
