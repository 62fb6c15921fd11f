/** What a server calls, as it is reached on this machine where no sidecar stands in between. */
import { SERVER, type ServerBehaviour, type ServerCall } from '../../apps/contract.ts';

type Variables = Readonly<Record<string, string>>;

function behaviourIn(env: Variables): ServerBehaviour {
  return JSON.parse(env[SERVER.behaviour] ?? '{}') as ServerBehaviour;
}

/** The URLs that a server with these variables calls. */
export function urlsCalled(env: Variables): URL[] {
  return (behaviourIn(env).calls ?? []).map(({ url }) => new URL(url));
}

/** Whether a server with these variables calls anybody. */
export function callsOthers(env: Variables): boolean {
  return urlsCalled(env).length > 0;
}

/**
 * Its behaviour with local URLs, and the Services' own names as hosts.
 *
 * @param portOf the local port that stands for what a URL asks for; undefined for nothing
 */
export async function withLocalCalls(
  env: Variables,
  portOf: (url: URL) => Promise<number | undefined>,
): Promise<Record<string, string>> {
  const behaviour = behaviourIn(env);
  const calls = (behaviour.calls ?? []).map(async (call): Promise<ServerCall> => {
    const url = new URL(call.url);
    const port = await portOf(url);
    if (port === undefined) return call;
    return { ...call, url: `http://127.0.0.1:${port}${url.pathname}${url.search}`, host: url.host };
  });
  return { [SERVER.behaviour]: JSON.stringify({ ...behaviour, calls: await Promise.all(calls) }) };
}
