/** What a route's retries are for. */
import type { Retries } from '../../istio/virtualService.ts';

/** Words of retryOn that mean answers of the application, each with whether 503 is among them. */
const ANSWERS: Readonly<Record<string, boolean>> = { '5xx': true, 'gateway-error': true };

function words({ retryOn = '' }: Retries): string[] {
  return retryOn.split(',').map((word) => word.trim());
}

/** Whether answers with 5xx are tried again. */
export function retriesAnswers(retries: Retries): boolean {
  return words(retries).some((word) => word in ANSWERS || /^5\d\d$/.test(word));
}

/** Whether a 503 is, which is what a full proxy answers. */
export function retriesRefusals(retries: Retries): boolean {
  return words(retries).some((word) => ANSWERS[word] === true || word === '503');
}
