/**
 * What the way of a request costs beside the times that the objects state: what a machine takes to
 * connect, to send, to hand on. `npm run bench -- costs` measures them on the machine at hand.
 */
export interface Costs {
  /** How long a worker thread is busy with opening a connection, in ms. */
  readonly openMs: number;
  /** From then to its being ready, in ms. */
  readonly connectMs: number;
  /** From one new client connection that a worker thread accepts to the next, in ms. */
  readonly acceptMs: number;
  /** From one process's send to the next one's turn to look at it, in ms. */
  readonly hopMs: number;
  /** How long a worker thread is busy with one message, in ms: its next one waits. */
  readonly workerMs: number;
  /** How long it takes to wake a worker thread that has nothing to do, in ms: the mean, each time anew. */
  readonly wakeMs: number;
  /** From an answer's end to the moment at which its connection takes a waiting request, in ms. */
  readonly dispatchMs: number;
  /** Between two requests that one client sends in a batch, in ms. */
  readonly sendGapMs: number;
  /** Clients that are due together begin within this time of each other, in ms. */
  readonly startSpreadMs: number;
  /** How long a client is busy with one answer, in a closed loop, in ms. */
  readonly clientMs: number;
  /** How long an application is busy with reading one request, in ms: its next one waits. */
  readonly appMs: number;
  /** From an answer to its endpoint's ejection in every worker, in ms. */
  readonly ejectMs: number;
  /** How long the proxies have been there when the clients begin, half to one and a half times, in ms. */
  readonly leadMs: number;
}

/**
 * On two cores, loopback, Envoy 1.40, Node 24, 2026-11-29, an idle machine: those under which real runs
 * of the training part are predicted best (`npm run bench -- fidelity fit`), and of what differs little
 * there, what closed loops show (envoy-lab, Istio's task). Programs that sleep between batches take longer
 * to hand on a request than those that are kept busy (`npm run bench -- costs`).
 */
export const MEASURED: Costs = {
  openMs: 0,
  connectMs: 0.05,
  acceptMs: 0,
  hopMs: 1,
  workerMs: 0.05,
  wakeMs: 0.4,
  dispatchMs: 0.1,
  sendGapMs: 0.01,
  startSpreadMs: 15,
  clientMs: 0.3,
  appMs: 0.1,
  ejectMs: 0.2,
  leadMs: 400,
};

/** A machine that takes no time: what the rules alone make of an experiment. */
export const FREE: Costs = {
  openMs: 0,
  connectMs: 0,
  acceptMs: 0,
  hopMs: 0,
  workerMs: 0,
  wakeMs: 0,
  dispatchMs: 0,
  sendGapMs: 0,
  startSpreadMs: 0,
  clientMs: 0,
  appMs: 0,
  ejectMs: 0,
  leadMs: 0,
};

/** All of them multiplied. */
export function scaleCosts(costs: Costs, factor: number): Costs {
  return Object.fromEntries(
    Object.entries(costs).map(([name, ms]: [string, number]) => [name, ms * factor]),
  ) as unknown as Costs;
}
