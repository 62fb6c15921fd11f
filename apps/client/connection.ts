/** One TCP connection that carries GET requests, one after the other. */
import net from 'node:net';
import { sharedLookup } from './lookup.ts';
import { type Response, ResponseReader } from './response.ts';

/** Where a connection leads. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Whoever waits for an answer. */
export interface Asker {
  answered(response: Response): void;
  /** @param error a code of the system, such as ECONNRESET */
  failed(error: string): void;
}

/** All sockets read into it: what is in it has been taken before the next one reads. */
const arrived = Buffer.allocUnsafe(65_536);

export class Connection {
  /** Resolves when the connection stands, or when it is known that it never will. */
  readonly connected: Promise<void>;
  readonly #socket: net.Socket;
  readonly #reader = new ResponseReader();
  #asker: Asker | undefined;
  #error: string | undefined;
  #isOver = false;
  #from: string | undefined;

  constructor({ host, port }: Address) {
    const socket = net.connect({
      host,
      port,
      noDelay: true,
      lookup: sharedLookup,
      onread: {
        buffer: arrived,
        callback: (length) => {
          this.#read(length);
          return true;
        },
      },
    });
    this.#socket = socket;
    this.connected = new Promise((resolve) => {
      socket.once('connect', resolve).once('close', () => {
        resolve();
      });
    });
    socket.once('connect', () => {
      const { localAddress, localPort } = socket;
      if (localAddress !== undefined) this.#from = `${localAddress}:${localPort}`;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error ??= error.code ?? error.name;
    });
    socket.once('end', () => {
      const response = this.#reader.closed();
      if (response !== undefined) this.#answer(response);
    });
    socket.once('close', () => {
      this.#isOver = true;
      this.#fail(this.#error ?? 'ECONNRESET');
    });
  }

  /** Whether it can carry a further request. */
  get isUsable(): boolean {
    return !this.#isOver && this.#asker === undefined;
  }

  /** This end of it, `ip:port`; undefined where it never stood. */
  get from(): string | undefined {
    return this.#from;
  }

  /** Whose the next answer is, or the next failure. */
  claim(asker: Asker): void {
    this.#asker = asker;
  }

  /** Sends a request, now or as soon as the connection stands. */
  write(request: string): void {
    this.#socket.write(request, 'latin1');
  }

  /** Gives up whatever is under way, for this reason. */
  destroy(error: string): void {
    this.#isOver = true;
    this.#socket.destroy();
    this.#fail(error);
  }

  /** Closes it in order: nothing more will be asked. */
  end(): void {
    this.#isOver = true;
    this.#socket.destroySoon();
  }

  #read(length: number): void {
    if (this.#isOver) return;
    let response: Response | undefined;
    try {
      // What nobody asked for is no answer.
      if (this.#asker === undefined) throw new Error('unasked');
      response = this.#reader.take(arrived.subarray(0, length));
    } catch {
      this.destroy('EPROTO');
      return;
    }
    if (response !== undefined) this.#answer(response);
  }

  #answer(response: Response): void {
    const asker = this.#asker;
    this.#asker = undefined;
    if (!response.keepsOpen) this.end();
    asker?.answered(response);
  }

  #fail(error: string): void {
    const asker = this.#asker;
    this.#asker = undefined;
    asker?.failed(error);
  }
}
