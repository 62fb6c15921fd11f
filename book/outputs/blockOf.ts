/** Where a page shows what a row of the list makes. */
import { type Block, blocksOf } from './blocks.ts';
import { type Shown, SHOWN } from './shown.ts';

/**
 * The block of a row: of those with its command, the one at its place among them. Those that show an
 * output come first: a page may name the command alone before.
 *
 * @throws Error where the page has no such block
 */
export function blockOf(page: string, text: string, shown: Shown): Block {
  const rows = (SHOWN[page] ?? []).filter(({ command }) => command === shown.command);
  const blocks = blocksOf(text).filter(({ command }) => command === shown.command);
  const { true: filled = [], false: empty = [] } = Object.groupBy(blocks, ({ output }) =>
    output === '' ? 'false' : 'true',
  );
  const block = [...filled, ...empty][rows.indexOf(shown)];
  if (block === undefined) throw new Error(`${page} does not show ${shown.command}`);
  return block;
}
