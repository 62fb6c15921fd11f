/** Why a configuration is predicted worse than the others, found by looking: sentences by its id. */
export const CAUSES: Readonly<Record<string, string>> = {
  c022:
    'four servers, a limit of four connections: a run uses one for each, or a fifth beyond the limit. 249 of 400 ' +
    'simulated runs never use the fifth, nor does any of the four real ones, which chance makes of one in seven such ' +
    'fours: they are alike to the request, and their noise is next to none.',
  c051: 'the machine left three batches of it.',
};

/** Why replayed requests end otherwise. */
export const REPLAY_CAUSES: Readonly<Record<string, string>> = {
  c058: "three clients for one connection: which of them the server's proxy hears first decides for all of them",
  c068: 'three clients for five connections: in which order they reach the proxy decides who is refused where',
  c087: 'a closed loop whose refusals are sent anew at once: from the first that comes in another order it is another run',
  c088: 'a closed loop: which of several answers at once is read first decides who sends next',
};
