/** One HTTP request on a connection of its own. */
import type net from 'node:net';
import tls from 'node:tls';
import { dial } from './dial.ts';
import { type ResponseHead, MalformedResponse, ResponseReader } from './http-response.ts';
import type { Deadline } from './deadline.ts';
import { exchangeHTTP2 } from './http2-exchange.ts';
import type { RequestParts } from './http-request.ts';
import type { HTTPTarget } from './http-target.ts';
import type { TLSOptions } from './tls-options.ts';

/** By ALPN, over TLS: what Consul's client speaks. */
const OFFERED = ['h2', 'http/1.1'];

export interface HTTPRequest {
  readonly target: HTTPTarget;
  readonly method: string;
  readonly parts: RequestParts;
  /** The request as it goes over the wire in HTTP/1.1. */
  readonly bytes: Buffer;
}

export interface ExchangeOptions {
  readonly tls: TLSOptions;
  readonly deadline: Deadline;
  /** The body as it comes. False: no more of it is wanted. */
  readonly onBody: (bytes: Buffer) => boolean;
}

/** The peer closed before it answered. */
export class ClosedWithoutAnswer extends Error {
  constructor() {
    super('EOF');
    this.name = 'ClosedWithoutAnswer';
  }
}

/**
 * Resolves when the response has ended, and also when its body was cut by the peer, by the deadline or by `onBody`: what a
 * check judges is the head. Connections are never kept: a service that takes no new connection must fail its check, even while
 * an old connection still works (Consul closes them for the same reason).
 *
 * @throws what `dial` throws, MalformedResponse, ClosedWithoutAnswer, or the socket's error
 */
export async function exchange(
  request: HTTPRequest,
  options: ExchangeOptions,
): Promise<ResponseHead> {
  const { target, bytes } = request;
  const socket = await dial(target, target.secure ? options.tls : null, options.deadline, OFFERED);
  try {
    if (socket instanceof tls.TLSSocket && socket.alpnProtocol === 'h2')
      return await exchangeHTTP2(socket, request, options);
    socket.write(bytes);
    return await readResponse(socket, request, options);
  } finally {
    socket.destroy();
  }
}

function readResponse(
  socket: net.Socket,
  { method }: HTTPRequest,
  { onBody, deadline }: ExchangeOptions,
): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    let isWanted = true;
    const reader = new ResponseReader(method, (chunk) => (isWanted &&= onBody(chunk)));
    const end = (error: Error): void =>
      reader.head === undefined ? reject(error) : resolve(reader.head);
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (thrown) {
        if (!(thrown instanceof MalformedResponse)) throw thrown;
        end(thrown);
      }
      if (reader.head !== undefined && (reader.isDone || !isWanted)) resolve(reader.head);
    });
    socket.once('error', end);
    socket.once('end', () => end(new ClosedWithoutAnswer()));
    deadline.onEnd(() => end(new Error('aborted')));
  });
}
