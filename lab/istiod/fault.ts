import { GRPC_STATUSES, type Fault } from '../../istio/virtualService.ts';
import { typedMessage, duration, positive, message } from '../../envoy/proto.ts';
import type { HttpFault } from '../../envoy/routeMessages.ts';
import { percentage } from './percentage.ts';

/** Injected delays and errors; cases fault-delay-abort-timeout, fault. */
export function fault({ delay, abort }: Fault): HttpFault {
  return typedMessage<HttpFault>(
    'extensions.filters.http.fault.v3.HTTPFault',
    message<Omit<HttpFault, '@type'>>({
      // Of a time or a status of another kind istiod makes nothing (translateFault).
      delay:
        delay?.fixedDelay === undefined
          ? undefined
          : {
              fixed_delay: duration(delay.fixedDelay),
              // Without a percentage Istio's older whole number holds, whose value is then 0.
              percentage: percentage(delay.percentage ?? { whole: delay.percent ?? 0 }),
            },
      abort:
        abort === undefined || (abort.httpStatus ?? abort.grpcStatus) === undefined
          ? undefined
          : message({
              http_status: abort.httpStatus,
              grpc_status: abort.grpcStatus && positive(GRPC_STATUSES.indexOf(abort.grpcStatus)),
              percentage: abort.percentage && percentage(abort.percentage),
            }),
    }),
  );
}
