/** Why a configuration is predicted worse than the others, found by looking: sentences by its id. */
export const CAUSES: Readonly<Record<string, string>> = {
  d053:
    'connections that carry one request: who opens one holds the only place to wait until it stands, so that the time ' +
    'between the sends decides how many find it free again. They left 0.08 ms after each other in these runs, and are ' +
    'simulated 0.01 ms apart; with 0.08 ms the distance is 0.46 times the noise.',
  d049: 'as d053: the sends were 0.17 ms apart, half of them less; with 0.08 ms the distance is 0.71 times the noise.',
  d095:
    'sixty requests wait for four connections, fifteen turns each. A real turn takes 202.7 ms as simulated, but one in ' +
    'ten more than 206: of 720 answers 53 are rounded to sixteen turns, none of those predicted.',
};

/** Why replayed requests end otherwise. */
export const REPLAY_CAUSES: Readonly<Record<string, string>> = {
  c058: "three clients for one connection: which of them the server's proxy hears first decides for all of them",
  c068: 'three clients for five connections: in which order they reach the proxy decides who is refused where',
  c087: 'a closed loop whose refusals are sent anew at once: from the first that comes in another order it is another run',
  c088: 'a closed loop: which of several answers at once is read first decides who sends next',
  d002: 'three clients, as c068; whose batches follow their answers, so that longer turns move all that comes after',
  d095: 'fifteen turns are at times longer than sixteen service times (above)',
};
