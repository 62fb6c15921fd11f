/** The requests that wait in a pool, in the order in which they came. */
import { type Pool, type Visit } from './state.ts';

export function enqueue(pool: Pool, visit: Visit): void {
  const { last } = pool;
  visit.state = 'pending';
  visit.pool = pool;
  visit.next = null;
  visit.previous = last;
  if (last === null) pool.first = visit;
  else last.next = visit;
  pool.last = visit;
  pool.waiting += 1;
}

export function dequeue(pool: Pool, visit: Visit): void {
  const { next, previous } = visit;
  if (previous === null) pool.first = next;
  else previous.next = next;
  if (next === null) pool.last = previous;
  else next.previous = previous;
  pool.waiting -= 1;
  pool.cluster.pending -= 1;
}
