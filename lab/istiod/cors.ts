import { message, typedMessage } from '../../envoy/proto.ts';
import type { CorsPolicy } from '../../envoy/routeMessages.ts';
import { durationMs } from '../../istio/duration.ts';
import type { CorsPolicy as Policy } from '../../istio/virtualService.ts';
import { stringMatcher } from './routeMatch.ts';

const EVERY_REQUEST = { default_value: { numerator: 100 } };

/** TranslateCORSPolicy in istiod; case cors. */
export function corsPolicy(policy: Policy): CorsPolicy {
  const origins = policy.allowOrigins ?? policy.allowOrigin?.map((exact) => ({ exact }));
  return typedMessage<CorsPolicy>(
    'extensions.filters.http.cors.v3.CorsPolicy',
    message<Omit<CorsPolicy, '@type'>>({
      allow_origin_string_match: origins?.flatMap((origin) => stringMatcher(origin) ?? []),
      allow_methods: joined(policy.allowMethods),
      allow_headers: joined(policy.allowHeaders),
      expose_headers: joined(policy.exposeHeaders),
      max_age:
        policy.maxAge === undefined
          ? undefined
          : String(Math.floor(durationMs(policy.maxAge) / 1000)),
      allow_credentials: policy.allowCredentials,
      filter_enabled: EVERY_REQUEST,
      forward_not_matching_preflights: policy.unmatchedPreflights !== 'IGNORE',
    }),
  );
}

function joined(list: readonly string[] | undefined): string | undefined {
  return list === undefined || list.length === 0 ? undefined : list.join(',');
}
