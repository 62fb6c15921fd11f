/** The requests that wait in a pool, in the order in which they came. */
import { NONE } from '../model.ts';
import type { Clusters } from './clusters.ts';
import type { PoolRows } from './poolRows.ts';
import { add } from './rows.ts';
import { STATE, type Visits } from './visits.ts';

export class PoolQueue {
  readonly #rows: PoolRows;
  readonly #visits: Visits;
  readonly #clusters: Clusters;

  constructor(rows: PoolRows, visits: Visits, clusters: Clusters) {
    this.#rows = rows;
    this.#visits = visits;
    this.#clusters = clusters;
  }

  push(pool: number, visit: number): void {
    const rows = this.#rows;
    const visits = this.#visits;
    const last = rows.last[pool] as number;
    visits.state[visit] = STATE.pending;
    visits.pool[visit] = pool;
    visits.next[visit] = NONE;
    visits.previous[visit] = last;
    if (last === NONE) rows.first[pool] = visit;
    else visits.next[last] = visit;
    rows.last[pool] = visit;
    add(rows.waiting, pool, 1);
  }

  remove(pool: number, visit: number): void {
    const rows = this.#rows;
    const visits = this.#visits;
    const next = visits.next[visit] as number;
    const previous = visits.previous[visit] as number;
    if (previous === NONE) rows.first[pool] = next;
    else visits.next[previous] = next;
    if (next === NONE) rows.last[pool] = previous;
    else visits.previous[next] = previous;
    add(rows.waiting, pool, -1);
    add(this.#clusters.pending, rows.cluster[pool] as number, -1);
  }
}
