/** Reads the responses to GET from a connection's bytes, in whatever pieces they come (RFC 9112). */

export interface Response {
  readonly status: number;
  /** Length of the body. */
  readonly bytes: number;
  /** By lower-case name; a repeated field's values are joined with commas. */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether the connection may carry a further request. */
  readonly keepsOpen: boolean;
}

/** What came is no response. */
export class ResponseError extends Error {
  readonly code = 'EPROTO';
}

/** The longest head, in bytes: as Envoy allows (max_request_headers_kb), and some. */
const LONGEST_HEAD = 65_536;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;
const CHUNK_SIZE = /^([\da-f]{1,12})[ \t]*(?:;|$)/i;
const LENGTH = /^\d{1,15}$/;

interface Head {
  readonly status: number;
  readonly headers: Map<string, string>;
  readonly keepsOpen: boolean;
}

/** What is read next: a line of some kind, so many bytes of the body, or all that comes. */
type Expected = 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'to-the-end';

/** Of one connection: response after response, as none is asked for before the last was read. */
export class ResponseReader {
  #expected: Expected = 'head';
  #head: Head | undefined;
  /** Text of a head or a line that is not whole yet. */
  #text = '';
  /** Bytes of the body, or of its chunk, that are still to come. */
  #left = 0;
  #bytes = 0;

  /**
   * Takes the next bytes; nothing of them is kept in place.
   *
   * @returns the response when it is whole
   * @throws ResponseError for what is none, or for more than one
   */
  take(piece: Buffer): Response | undefined {
    let at = 0;
    while (at < piece.length) {
      switch (this.#expected) {
        case 'head': {
          const seen = this.#text.length;
          this.#text += piece.toString('latin1', at);
          const end = this.#text.indexOf('\r\n\r\n', Math.max(0, seen - 3));
          if ((end === -1 ? this.#text.length : end) > LONGEST_HEAD) {
            throw new ResponseError('the head is too long');
          }
          if (end === -1) return undefined;
          at += end + 4 - seen;
          const text = this.#text.slice(0, end);
          this.#text = '';
          if (this.#begin(headOf(text))) return this.#end(piece, at);
          break;
        }
        case 'length':
        case 'chunk': {
          const length = Math.min(this.#left, piece.length - at);
          at += length;
          this.#bytes += length;
          this.#left -= length;
          if (this.#left > 0) return undefined;
          if (this.#expected === 'length') return this.#end(piece, at);
          this.#expected = 'chunk-end';
          break;
        }
        case 'to-the-end':
          this.#bytes += piece.length - at;
          return undefined;
        case 'chunk-size':
        case 'chunk-end':
        case 'trailer': {
          const newline = piece.indexOf('\n', at);
          const end = newline === -1 ? piece.length : newline + 1;
          this.#text += piece.toString('latin1', at, end);
          at = end;
          if (this.#text.length > LONGEST_HEAD) throw new ResponseError('a line is too long');
          if (newline === -1) return undefined;
          const line = this.#text.replace(/\r?\n$/, '');
          this.#text = '';
          if (this.#chunked(line)) return this.#end(piece, at);
        }
      }
    }
    return undefined;
  }

  /** The other end has closed. @returns the response, where that is how it ends */
  closed(): Response | undefined {
    return this.#expected === 'to-the-end' ? this.#end(Buffer.alloc(0), 0) : undefined;
  }

  /** @returns whether that is all of the response */
  #begin(head: Head): boolean {
    const { status, headers } = head;
    // Another head follows an interim response; nothing was asked that a 101 would answer.
    if (status === 101) throw new ResponseError('the protocol is switched unasked');
    if (status < 200) return false;
    this.#bytes = 0;
    const length = headers.get('content-length');
    const coding = headers.get('transfer-encoding');
    if (status === 204 || status === 304) {
      this.#head = head;
      return true;
    }
    if (coding !== undefined) {
      const isChunked = /(?:^|,)[ \t]*chunked[ \t]*$/i.test(coding);
      this.#expected = isChunked ? 'chunk-size' : 'to-the-end';
    } else if (length !== undefined) {
      // A repeated length of the same value is one.
      const [value = '', ...others] = length.split(',').map((text) => text.trim());
      if (!LENGTH.test(value) || others.some((other) => other !== value)) {
        throw new ResponseError(`the length is '${length}'`);
      }
      this.#expected = 'length';
      this.#left = Number(value);
    } else {
      this.#expected = 'to-the-end';
    }
    this.#head = this.#expected === 'to-the-end' ? { ...head, keepsOpen: false } : head;
    return this.#expected === 'length' && this.#left === 0;
  }

  /** @returns whether that was the last line of a chunked body */
  #chunked(line: string): boolean {
    if (this.#expected === 'trailer') return line === '';
    if (this.#expected === 'chunk-end') {
      if (line !== '') throw new ResponseError('a chunk is longer than its size');
      this.#expected = 'chunk-size';
      return false;
    }
    const size = CHUNK_SIZE.exec(line)?.[1];
    if (size === undefined) throw new ResponseError(`a chunk's size is '${line}'`);
    this.#left = Number.parseInt(size, 16);
    this.#expected = this.#left === 0 ? 'trailer' : 'chunk';
    return false;
  }

  #end(piece: Buffer, at: number): Response {
    const { status, headers, keepsOpen } = this.#head ?? { status: 0, headers: new Map() };
    this.#head = undefined;
    this.#expected = 'head';
    if (at < piece.length) throw new ResponseError('more came than was asked for');
    return { status, headers, keepsOpen: keepsOpen ?? false, bytes: this.#bytes };
  }
}

function headOf(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, status] = STATUS_LINE.exec(first) ?? [];
  if (status === undefined) throw new ResponseError(`the first line is '${first}'`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new ResponseError(`a header is '${line}'`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known}, ${value}`);
  }
  const connection = headers.get('connection')?.toLowerCase() ?? '';
  const keepsOpen = minor === '1' ? !connection.includes('close') : connection === 'keep-alive';
  return { status: Number(status), headers, keepsOpen };
}
