/** Why a configuration is predicted worse than the others, found by looking: sentences by its id. */
export const CAUSES: Readonly<Record<string, string>> = {
  c022:
    'chance. In 23 % of the seeds a fifth connection is made, the one that is always allowed to an endpoint without ' +
    'any, and stays for the whole run. None of the four real runs had it (likely in one of three times), the first of ' +
    'five more runs afterwards had.',
  c051: 'too little was seen: the machine left 3 batches, in which the noise is smaller than chance alone makes it.',
  c110:
    'not found. Seven usable real runs had three answers after two service times in 9 of 13 batches (2.69 on ' +
    'average, 2.28 predicted). After each timeout the connections of both workers are made anew; there the real ' +
    'pools and the simulated ones part.',
};

/** Why replayed requests end otherwise. */
export const REPLAY_CAUSES: Readonly<Record<string, string>> = {
  c032: 'probably, not proved: a batch takes 6 service times, each a few ms longer on the busy machine: 7 are rounded to where 6 end',
  c058: "probably, not proved: three clients for one connection: which of them the server's proxy hears first decides for all of them",
  c065: 'the sends follow the answers: 20 turns, each a few ms longer on the busy machine, and the clients fall out of step',
  c068: 'probably, not proved: three clients for five connections: in which order they reach the proxy decides who is refused where',
  c087: 'a closed loop, whose sends follow its answers: from the first turn that is longer than simulated it is another run',
  c088: 'a closed loop, whose sends follow its answers',
};
