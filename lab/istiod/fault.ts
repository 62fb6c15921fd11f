import type { Fault } from '../../istio/virtualService.ts';
import { typedMessage, duration, positive, message } from '../../envoy/proto.ts';
import type { FractionalPercent, HttpFault } from '../../envoy/messages.ts';

/** Injected delays and errors; case fault-delay-abort-timeout. */
export function fault({ delay, abort }: Fault): HttpFault {
  return typedMessage<HttpFault>(
    'extensions.filters.http.fault.v3.HTTPFault',
    message<Omit<HttpFault, '@type'>>({
      delay: delay && {
        fixed_delay: duration(delay.fixedDelay),
        // Without a percentage Istio's older whole number holds, whose value is then 0.
        percentage: delay.percentage === undefined ? {} : millionths(delay.percentage.value),
      },
      abort:
        abort &&
        message({
          http_status: abort.httpStatus,
          percentage: abort.percentage && millionths(abort.percentage.value),
        }),
    }),
  );
}

function millionths(percent = 0): FractionalPercent {
  return message({ numerator: positive(Math.trunc(percent * 10_000)), denominator: 'MILLION' });
}
