/**
 * Input that cannot be used: configuration, manifests, command line or environment.
 * `lab` prints the message alone and exits 2; the Pulumi program turns it into a RunError.
 * A message says where, what was found, what is allowed and how to fix it.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}
