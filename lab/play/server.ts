/**
 * The page's server, for one person on this machine: on loopback, at an address that nobody guesses, and
 * for pages of that very address alone.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { LabError } from '../../errors/labError.ts';
import { ASSETS, type Asset } from './assets.ts';

export interface PageServerOptions {
  /** The page itself. */
  readonly page: () => string;
  /** What a control answers. @throws LabError for what cannot be done */
  readonly onControl: (body: string) => Promise<string>;
  /** A page that has begun to listen. */
  readonly onListener: (send: Send) => void;
}

/** Sends an event to one page. */
export type Send = (event: string, data: unknown) => void;

/** Whatever a page might ask for elsewhere is refused by the browser, too. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; " +
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Of a control: no setting is longer. */
const MOST_BYTES = 20_000;

export class PageServer {
  readonly #options: PageServerOptions;
  readonly #token = randomBytes(24).toString('base64url');
  readonly #server: Server;
  readonly #listeners = new Set<ServerResponse>();

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#server = process.getBuiltinModule('node:http').createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
    });
  }

  /** @returns the page's address */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `${this.#origin}/${this.#token}/`;
  }

  /** How many pages listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** To every page that listens. One that does not read gets what comes after. */
  send(event: string, data: unknown): void {
    for (const response of this.#listeners) sendTo(response, event, data);
  }

  close(): void {
    for (const response of this.#listeners) response.end();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get #origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = this.#pathOf(request);
    if (path === undefined) {
      answer(response, 403, 'this page is for the one who started it\n');
      return;
    }
    const asset: Asset | undefined = ASSETS.get(path);
    if (request.method === 'POST' && path === 'control') {
      await this.#control(request, response);
    } else if (request.method !== 'GET') {
      answer(response, 405, 'GET, or POST to control\n');
    } else if (path === '') {
      answer(response, 200, this.#options.page(), 'text/html; charset=utf-8');
    } else if (path === 'events') {
      this.#listen(response);
    } else if (asset !== undefined) {
      answer(response, 200, asset.read(), asset.type);
    } else {
      answer(response, 404, 'there is nothing\n');
    }
  }

  /** What is asked for, behind the token; undefined where somebody else asks. */
  #pathOf({ url = '', headers }: IncomingMessage): string | undefined {
    const { host, origin } = headers;
    // A name that leads here is somebody else's page, which has made it do so (DNS rebinding).
    if (`http://${host ?? ''}` !== this.#origin) return undefined;
    if (origin !== undefined && origin !== this.#origin) return undefined;
    const [, token = '', ...rest] = (url.split('?', 1)[0] ?? '').split('/');
    return isSame(token, this.#token) && rest.length > 0 ? rest.join('/') : undefined;
  }

  async #control(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers } = request;
    if (headers['content-type'] !== 'application/json') {
      answer(response, 415, 'a control is application/json\n');
      return;
    }
    if (Number(headers['content-length'] ?? Infinity) > MOST_BYTES) {
      answer(response, 413, `a control has at most ${MOST_BYTES} bytes, and says how many\n`);
      return;
    }
    try {
      answer(response, 200, await this.#options.onControl(await text(request)));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      answer(response, 400, error.message);
    }
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    this.#listeners.add(response);
    response.once('close', () => this.#listeners.delete(response));
    this.#options.onListener((event, data) => {
      sendTo(response, event, data);
    });
  }
}

/** What a page has not read yet, in bytes: beyond it, it is told nothing until it has. */
const MOST_UNREAD = 1_000_000;

function sendTo(response: ServerResponse, event: string, data: unknown): void {
  if (response.writableLength > MOST_UNREAD) return;
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function answer(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type });
  response.end(body);
}

/** Without telling by the time it takes how much of it is right. */
function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
