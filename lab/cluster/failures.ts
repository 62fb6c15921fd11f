/** What the Kubernetes API answers when it refuses, and when it does not answer at all. */
import { ApiException } from '@kubernetes/client-node';
import type { LabError } from '../../errors/labError.ts';
import { environmentError } from '../../errors/labError.ts';

/** An answer of the API other than success. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The status of the API's answer; undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof RefusedError) return error.status;
  return error instanceof ApiException ? error.code : undefined;
}

/** In the API's own words, or the system's. */
export function reasonOf(error: unknown): string {
  if (error instanceof ApiException) return messageIn(error.body);
  let cause: unknown = error;
  // fetch says only that it failed; what failed stands in the cause of its cause.
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : String(cause);
}

/** The `message` of a Status object. */
export function messageIn(body: unknown): string {
  if (typeof body === 'string') {
    try {
      return messageIn(JSON.parse(body));
    } catch {
      return body.trim();
    }
  }
  const { message } = (body ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : JSON.stringify(body);
}

/**
 * Whether the API server serves no such kind. Of one that it serves it says which object it has not
 * found; of an API group that it has never heard of, only this; and of a group without the kind the
 * client itself complains.
 */
export function isUnknownKind(error: unknown): boolean {
  return /^(404 page not found$|Unrecognized API version and kind)/.test(reasonOf(error));
}

/**
 * A failed call as one message with its remedy.
 *
 * @param whose what the call was made for, such as `stack fail-fast`
 * @param doing what it was for, such as `list the pods of namespace x`
 */
export function refusal(whose: string, server: string, doing: string, error: unknown): LabError {
  const reason = reasonOf(error);
  if (isUnknownKind(error)) {
    return environmentError(
      `${whose}: the cluster at ${server} cannot ${doing}, because it knows no such kind. ` +
        "Where it is one of Istio's, install Istio: its CustomResourceDefinitions come with it " +
        '(installIstio, or istio.io/docs/setup/install). A PrometheusRule is of the Prometheus operator: ' +
        'install that, or leave the alerts out (pulumi config set alerts false).',
    );
  }
  switch (statusOf(error)) {
    case undefined:
      return environmentError(
        `${whose}: the cluster at ${server} does not answer: ${reason}. ` +
          'Is it up, and is it the one you mean? --context chooses another.',
      );
    case 401:
      return environmentError(
        `${whose}: the cluster at ${server} does not know this user (${reason}): ` +
          'log in again, or choose another context with --context',
      );
    case 403:
      return environmentError(
        `${whose}: not permitted to ${doing}: ${reason}. ` +
          'Have a Role bound that allows it (docs/platforms.md lists what is needed).',
      );
    default:
      return environmentError(`${whose}: could not ${doing}: ${reason}`);
  }
}
