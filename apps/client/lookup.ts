import { lookup as lookupOne, type LookupAddress } from 'node:dns';
import { lookup as lookupAll } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

const underWay = new Map<string, Promise<LookupAddress[]>>();

/**
 * A look-up for sockets: those that ask for the same host at the same time share one answer.
 * Node resolves names in four threads, so the connections of a batch would wait for one another.
 * Nothing is kept once answered: a name that moves is followed.
 */
export const sharedLookup: LookupFunction = (host, options, callback) => {
  if (!options.all) {
    lookupOne(host, options, callback);
    return;
  }
  const key = JSON.stringify([host, options]);
  let answer = underWay.get(key);
  if (!answer) {
    answer = lookupAll(host, { ...options, all: true }).finally(() => underWay.delete(key));
    underWay.set(key, answer);
  }
  answer.then(
    (addresses) => {
      callback(null, addresses);
    },
    (error: unknown) => {
      callback(error as NodeJS.ErrnoException, []);
    },
  );
};
