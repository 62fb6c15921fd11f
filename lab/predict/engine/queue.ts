/** Visits that wait for something, in the order in which they came. */
import type { Visit } from './state.ts';

export interface Queue {
  first: Visit | null;
  last: Visit | null;
}

export function enqueue(queue: Queue, visit: Visit): void {
  const { last } = queue;
  visit.next = null;
  visit.previous = last;
  if (last === null) queue.first = visit;
  else last.next = visit;
  queue.last = visit;
}

export function dequeue(queue: Queue, { next, previous }: Visit): void {
  if (previous === null) queue.first = next;
  else previous.next = next;
  if (next === null) queue.last = previous;
  else next.previous = previous;
}
