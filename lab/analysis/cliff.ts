/** Where in a sweep the answers break away: between which neighbours. */
import type { Sweep, SweepCell } from '../../experiment/sweep.ts';

/** Two cells that differ in one key alone, by its next value. */
export interface Edge {
  /** Index of the key. */
  readonly axis: number;
  /** Indices of the cells; the share of answers is higher in `from`. */
  readonly from: number;
  readonly to: number;
  /** By how much the share falls, 1 being all. */
  readonly fall: number;
}

/** What falls by less is no cliff. */
const LEAST_FALL = 0.05;

type Cells = Pick<Sweep, 'axes' | 'cells' | 'objectives'>;

/**
 * Where objectives were stated, every edge between a cell that meets them and one that does not; else of
 * each line of cells along a key the edge at which the share of answers falls most.
 */
export function cliffsOf(sweep: Cells): Edge[] {
  const { axes, cells, objectives } = sweep;
  if (objectives.length > 0) {
    return edgesOf(sweep).filter(({ from, to }) => cells[from]?.meets !== cells[to]?.meets);
  }
  return axes.flatMap((_, axis) => {
    const ofAxis = edgesOf(sweep).filter((edge) => edge.axis === axis);
    const lines = Map.groupBy(ofAxis, ({ from }) => lineOf(cells[from], axes[axis]?.key ?? ''));
    return [...lines.values()].flatMap((edges) => steepest(edges) ?? []);
  });
}

/** Undefined where it hardly falls anywhere. */
export function steepestOf(sweep: Cells): Edge | undefined {
  return steepest(edgesOf(sweep));
}

function steepest(edges: readonly Edge[]): Edge | undefined {
  const [first] = edges.toSorted((a, b) => b.fall - a.fall);
  return first !== undefined && first.fall >= LEAST_FALL ? first : undefined;
}

/** All that the cells of one line have in common. */
function lineOf(cell: SweepCell | undefined, key: string): string {
  const { [key]: _, ...others } = cell?.settings ?? {};
  return JSON.stringify(others);
}

function edgesOf({ axes, cells }: Cells): Edge[] {
  return axes.flatMap(({ values }, axis) => {
    // The last key's values are neighbours in the list; one key further up, so many cells lie between.
    const stride = axes.slice(axis + 1).reduce((product, one) => product * one.values.length, 1);
    return cells.flatMap((cell, index) => {
      const isLast = Math.floor(index / stride) % values.length === values.length - 1;
      const next = cells[index + stride];
      if (isLast || !cell.success || !next?.success) return [];
      const fall = cell.success.mean - next.success.mean;
      const [from, to] = fall >= 0 ? [index, index + stride] : [index + stride, index];
      return [{ axis, from, to, fall: Math.abs(fall) }];
    });
  });
}
