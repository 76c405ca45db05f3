/** One request over HTTP/2, to which a server may lead a check by ALPN. */
import http2 from 'node:http2';
import { STATUS_CODES } from 'node:http';
import type net from 'node:net';
import type { Deadline } from './deadline.ts';
import { acceptsGzip, hasField } from './http-request.ts';
import type { RequestParts } from './http-request.ts';
import type { ResponseHead } from './http-response.ts';
import type { HTTPTarget } from './http-target.ts';

/** Fields that belong to the connection of HTTP/1 (RFC 9113, section 8.2.2). */
const HTTP1_ONLY = ['keep-alive', 'proxy-connection', 'upgrade', 'te'];

/**
 * As `exchange`: resolves when the response has ended or was cut. The caller owns the socket.
 *
 * @throws the session's or the stream's error
 */
export function exchangeHTTP2(
  socket: net.Socket,
  { target, parts }: { readonly target: HTTPTarget; readonly parts: RequestParts },
  {
    deadline,
    onBody,
  }: { readonly deadline: Deadline; readonly onBody: (bytes: Buffer) => boolean },
): Promise<ResponseHead> {
  const session = http2.connect(`https://${target.authority}`, { createConnection: () => socket });
  return new Promise<ResponseHead>((resolve, reject) => {
    let head: ResponseHead | undefined;
    const end = (error: Error): void => (head === undefined ? reject(error) : resolve(head));
    session.on('error', end);
    session.once('close', () => end(new Error('EOF')));
    deadline.onEnd(() => end(new Error('aborted')));
    const hasBody = parts.body !== '';
    const stream = session.request(renderFields(target, parts), { endStream: !hasBody });
    stream.on('error', end);
    stream.on('response', (fields) => {
      head = readHead(fields);
    });
    stream.on('data', (bytes: Buffer) => {
      if (!onBody(bytes)) end(new Error('the body is longer than is wanted'));
    });
    stream.on('end', () => end(new Error('EOF')));
    if (hasBody) stream.end(parts.body);
  }).finally(() => session.destroy());
}

function renderFields(target: HTTPTarget, parts: RequestParts): http2.OutgoingHttpHeaders {
  const fields: http2.OutgoingHttpHeaders = {
    ':method': parts.method,
    ':path': target.path,
    ':scheme': 'https',
    ':authority': parts.host ?? target.authority,
  };
  for (const [name, values] of parts.headers) {
    const lower = name.toLowerCase();
    if (!HTTP1_ONLY.includes(lower)) fields[lower] = values.length === 1 ? values[0]! : [...values];
  }
  if (target.authorization !== undefined && !hasField(parts, 'authorization'))
    fields['authorization'] = target.authorization;
  if (acceptsGzip(parts)) fields['accept-encoding'] = 'gzip';
  return fields;
}

function readHead(fields: http2.IncomingHttpHeaders): ResponseHead {
  const statusCode = Number(fields[':status']);
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined && !name.startsWith(':')) headers.set(name, String(value));
  return { statusCode, status: `${statusCode} ${STATUS_CODES[statusCode] ?? ''}`, headers };
}
