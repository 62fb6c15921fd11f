/** What is asked, and of whom: the request's text, and where the environment's proxy sends it. */
import { BlockList, isIP } from 'node:net';
import type { Address } from './connection.ts';

export interface TargetSettings {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** From the opening of the connection to the last byte of the body. */
  readonly timeoutMs: number;
}

/** Stands for a request's id until there is one; no header may hold it. */
const ID = '\0';

export class Target {
  readonly address: Address;
  readonly timeoutMs: number;
  readonly #oneEach: readonly string[];
  readonly #kept: readonly string[];

  /** @param env may name a proxy: http_proxy and no_proxy, in small letters or capitals */
  constructor({ url, headers, timeoutMs }: TargetSettings, env: NodeJS.ProcessEnv = {}) {
    const proxy = proxyFor(url, env);
    this.address = addressOf(proxy ?? url);
    this.timeoutMs = timeoutMs;
    const path = `${url.pathname}${url.search}`;
    const asked = proxy === undefined ? path : `http://${url.host}${path}`;
    const textOf = (connection: string): readonly string[] => {
      const fields = new Map<string, string>([
        ['host', url.host],
        // A gateway gives what comes from outside an x-request-id of its own; this it passes on.
        ['user-agent', `circuit-lab/${ID}`],
        ['connection', connection],
      ]);
      if (url.username !== '') fields.set('authorization', basic(url));
      if (proxy !== undefined && proxy.username !== '') {
        fields.set('proxy-authorization', basic(proxy));
      }
      for (const [name, value] of Object.entries(headers)) fields.set(name.toLowerCase(), value);
      fields.set('x-request-id', ID);
      const lines = [...fields].map(([name, value]) => `${name}: ${value}\r\n`);
      return `GET ${asked} HTTP/1.1\r\n${lines.join('')}\r\n`.split(ID);
    };
    this.#oneEach = textOf('close');
    this.#kept = textOf('keep-alive');
  }

  /** The request with this id. @param keeps whether a further one is to follow on its connection */
  request(id: string, keeps: boolean): string {
    return (keeps ? this.#kept : this.#oneEach).join(id);
  }
}

function addressOf({ hostname, port }: URL): Address {
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 80 : Number(port) };
}

function basic({ username, password }: URL): string {
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

/** As Node's own agents read these variables (nodejs.org/api/http.html, Built-in Proxy Support). */
function proxyFor(url: URL, env: NodeJS.ProcessEnv): URL | undefined {
  const proxy = env['http_proxy'] ?? env['HTTP_PROXY'] ?? '';
  if (proxy === '') return undefined;
  const exceptions = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').toLowerCase().split(',');
  return exceptions.some((text) => isMeant(text.trim(), url)) ? undefined : new URL(proxy);
}

/** `*`, a host, one with its port, a domain (`.example.com`, `*.example.com`), a range of IPv4s. */
function isMeant(exception: string, url: URL): boolean {
  const { host, port } = addressOf(url);
  if (exception === '') return false;
  if (exception === '*' || exception === host || exception === `${host}:${port}`) return true;
  const [, domain] = /^\*?(\..+)$/.exec(exception) ?? [];
  if (domain !== undefined) return host.endsWith(domain);
  const [from = '', to = '', ...others] = exception.split('-');
  if ([from, to, host].some((address) => isIP(address) !== 4) || others.length > 0) return false;
  const range = new BlockList();
  range.addRange(from, to);
  return range.check(host);
}
