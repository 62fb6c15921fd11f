/** Routes that lead nowhere: Envoy answers by itself. */
import { message } from '../../envoy/proto.ts';
import type { DirectResponse, RedirectAction } from '../../envoy/routeMessages.ts';
import type {
  DirectResponse as IstioResponse,
  Redirect as IstioRedirect,
} from '../../istio/virtualService.ts';

const CODES: Readonly<Record<number, RedirectAction['response_code']>> = {
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
};

/** A port that its scheme has anyway is not written. */
const USUAL: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** ApplyRedirect in istiod; case rewrite-redirect. */
export function redirectAction(redirect: IstioRedirect, listenerPort: number): RedirectAction {
  const { scheme, derivePort } = redirect;
  const asked = redirect.port ?? (derivePort === 'FROM_REQUEST_PORT' ? listenerPort : undefined);
  return message<RedirectAction>({
    host_redirect: redirect.authority === '' ? undefined : redirect.authority,
    path_redirect: redirect.uri ?? '',
    scheme_redirect: scheme === '' ? undefined : scheme,
    port_redirect: asked === USUAL[scheme ?? 'http'] ? undefined : asked,
    response_code: CODES[redirect.redirectCode ?? 301],
  });
}

/** ApplyDirectResponse in istiod; case rewrite-redirect. */
export function directResponse({ status, body }: IstioResponse): DirectResponse {
  return message<DirectResponse>({
    status,
    body: body && message({ inline_string: body.string, inline_bytes: body.bytes }),
  });
}
