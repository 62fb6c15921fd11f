/** What is asked for: requests that are alike to every route and every application are one. */
import { LabError } from '../../../errors/labError.ts';

export interface Ask {
  /** As the Host header has it, without a port, and the port. */
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  readonly method: string;
  /** In small letters. */
  readonly headers: ReadonlyMap<string, string>;
}

export class Asks {
  readonly all: Ask[] = [];
  readonly #known = new Map<string, number>();

  /** @param host in place of the URL's own */
  of(
    url: URL,
    headers: Readonly<Record<string, string>> = {},
    method = 'GET',
    host = url.host,
  ): number {
    const own = Object.entries(headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    const { hostname, port } = new URL(`http://${host}`);
    const ask: Ask = {
      host: hostname,
      port: port === '' ? 80 : Number(port),
      path: `${url.pathname}${url.search}`,
      method,
      headers: new Map([...own, [':method', method], [':authority', host], [':scheme', 'http']]),
    };
    const key = JSON.stringify([ask.host, ask.port, ask.path, method, own.sort()]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.all.length === MOST) {
      throw new LabError(`more than ${MOST} different requests are sent here: too many to predict`);
    }
    this.#known.set(key, this.all.length);
    return this.all.push(ask) - 1;
  }
}

const MOST = 1000;
