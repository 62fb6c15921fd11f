import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Response, ResponseError, ResponseReader } from '../../../apps/client/response.ts';

function read(text: string, cuts: readonly number[] = []): Response | undefined {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new ResponseReader();
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  let response: Response | undefined;
  for (const [index, edge] of edges.slice(1).entries()) {
    response = reader.take(bytes.subarray(edges[index], edge)) ?? response;
  }
  return response ?? reader.closed();
}

const texts = [
  { text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello', status: 200, bytes: 5 },
  { text: 'HTTP/1.1 503 \r\ncontent-length: 0\r\n\r\n', status: 503, bytes: 0 },
  { text: 'HTTP/1.1 204 No Content\r\n\r\n', status: 204, bytes: 0 },
  { text: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 None\r\n\r\n', status: 204, bytes: 0 },
  {
    text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nt: u\r\n\r\n',
    status: 200,
    bytes: 13,
  },
  { text: 'HTTP/1.0 200 OK\r\n\r\nuntil it is closed', status: 200, bytes: 18 },
];

it.each(texts)('reads the same in whatever pieces it comes: $text', ({ text, status, bytes }) => {
  const at = fc.integer({ min: 0, max: text.length });
  fc.assert(
    fc.property(fc.array(at, { maxLength: 8 }), (cuts) => {
      expect(read(text, cuts)).toMatchObject({ status, bytes });
    }),
  );
});

it.each([
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: close\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\n\r\nto the end', false],
])('knows whether the connection stays: %j', (text, keepsOpen) => {
  expect(read(text)?.keepsOpen).toBe(keepsOpen);
});

it.each([
  'SSH-2.0-OpenSSH\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 1, 2\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n12',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n',
  `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`,
])('refuses what is no response', (text) => {
  expect(() => read(text)).toThrow(ResponseError);
});

it.each([
  'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc',
  'HTTP/1.1 200',
])('knows that one is not whole: %j', (text) => {
  expect(read(text)).toBeUndefined();
});
