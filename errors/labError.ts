/**
 * What a person has to mend before the lab can do what it was asked for. `lab` prints the message
 * alone and exits 2; the Pulumi program turns it into a RunError. A message says where, what was
 * found, what is allowed and how to fix it.
 */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: ErrorCode;

  constructor(message: string, code: ErrorCode = 'input') {
    super(message);
    this.code = code;
  }
}

/**
 * `input` for configuration, manifests and the command line; `environment` for what the machine or
 * the cluster lacks or forbids. What is neither is a mistake of the lab's own, and no LabError.
 */
export type ErrorCode = 'input' | 'environment';

/** Of what the machine or the cluster lacks or forbids. */
export function environmentError(message: string): LabError {
  return new LabError(message, 'environment');
}
