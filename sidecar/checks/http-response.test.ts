import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedResponse, ResponseReader } from './http-response.ts';

interface Read {
  readonly status: string | undefined;
  readonly body: string;
  readonly isDone: boolean;
  readonly error: string | null;
}

/** @param sizes how the text is cut; what is left comes in one piece */
function read(text: string, method = 'GET', sizes: readonly number[] = []): Read {
  let body = '';
  let error: string | null = null;
  const reader = new ResponseReader(method, (bytes) => void (body += bytes.toString('latin1')));
  const bytes = Buffer.from(text, 'latin1');
  let at = 0;
  try {
    for (const size of [...sizes, bytes.length]) {
      if (at >= bytes.length) break;
      reader.push(bytes.subarray(at, at + size));
      at += size;
    }
  } catch (thrown) {
    if (!(thrown instanceof MalformedResponse)) throw thrown;
    error = thrown.message;
  }
  return { status: reader.head?.status, body, isDone: reader.isDone, error };
}

const WHOLE: readonly (readonly [string, string, string])[] = [
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi', '200 OK', 'hi'],
  ['HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nhi and more', '200 OK', 'hi'],
  ['HTTP/1.1 200 OK\nContent-Length: 2\n\nhi', '200 OK', 'hi'],
  ['HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', '200', ''],
  ['HTTP/1.1 599 \r\nContent-Length: 1\r\n\r\nx', '599 ', 'x'],
  ['HTTP/1.1 204 No Content\r\n\r\n', '204 No Content', ''],
  ['HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', '304 Not Modified', ''],
  [
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na',
    '200 OK',
    'a',
  ],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: x\r\n\r\n',
    '200 OK',
    'abc0123456789',
  ],
];

describe('whole responses', () => {
  it.each(WHOLE)('%j', (text, status, body) => {
    expect(read(text)).toEqual({ status, body, isDone: true, error: null });
  });

  it('in pieces of any size', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.constantFrom(...WHOLE), pieces, ([text, status, body], sizes) => {
        expect(read(text, 'GET', sizes)).toEqual({ status, body, isDone: true, error: null });
      }),
    );
  });

  it('to HEAD have no body', () => {
    const answer = read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'HEAD');
    expect(answer).toEqual({ status: '200 OK', body: '', isDone: true, error: null });
  });

  it('without a length last until the connection ends', () => {
    const answer = read('HTTP/1.0 200 Fine\r\n\r\nold');
    expect(answer).toEqual({ status: '200 Fine', body: 'old', isDone: false, error: null });
  });
});

describe('what is no response', () => {
  it.each([
    ['hello\r\n', 'malformed HTTP response "hello"'],
    ['hello world\r\n', 'malformed HTTP status code "world"'],
    ['HTTP/1.1 abc OK\r\n\r\n', 'malformed HTTP status code "abc"'],
    ['HTTX/1.1 200 OK\r\n\r\n', 'malformed HTTP version "HTTX/1.1"'],
    ['HTTP/1.1 200 OK\r\nBad Header\r\n\r\n', 'malformed MIME header: missing colon: "Bad Header"'],
    ['HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'bad Content-Length "-1"'],
  ])('%j', (text, error) => {
    expect(read(text)).toMatchObject({ status: undefined, error });
  });

  it.each([
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi', ''],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n', 'a'],
  ])('a body that breaks off keeps what there was of it: %j', (text, body) => {
    const { status, error, ...rest } = read(text);
    expect([status, rest.body]).toEqual(['200 OK', body]);
    expect(error).not.toBeNull();
  });

  it('heads and lines have a limit', () => {
    expect(read(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(60_000)}`).error).toMatch(/exceeded/);
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(read(chunked + '1'.repeat(10_000)).error).toBe('header line too long');
  });

  it('any bytes are read or refused, and give no more body than there were', () => {
    const start = fc.constantFrom('', 'HTTP/1.1 200 OK\r\n', ...WHOLE.map(([text]) => text));
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 20 });
    fc.assert(
      fc.property(start, fc.string({ maxLength: 80 }), fc.nat(80), sizes, (head, tail, cut, s) => {
        const text = head.slice(0, cut) + tail;
        expect(read(text, 'GET', s).body.length).toBeLessThanOrEqual(Buffer.byteLength(text));
      }),
      { numRuns: 1000 },
    );
  });
});
