/** What comes in at one place goes on to another: requests as they stand, upgraded connections byte by byte. */
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import tls from 'node:tls';

/** Where something is passed on to, and what opens it. */
export interface Passage {
  /** http(s)://host:port */
  readonly url: string;
  /** The Authorization header; '' leaves what the sender gave. */
  readonly authorization: string;
  /** Path and query. */
  readonly target: string;
  /** A unix socket that leads to the same place, for upgraded connections: a third quicker than TCP to the same host. */
  readonly localSocket?: string | undefined;
}

/** A control plane that takes longer to be reached is gone for whoever waits. */
const CONNECT_TIMEOUT_MS = 5_000;

export function passRequest(
  { url, authorization, target }: Passage,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const { protocol, host, hostname, port } = new URL(url);
  const headers = { ...request.headers, host, ...(authorization !== '' && { authorization }) };
  const { method } = request;
  const options = { hostname: bare(hostname), port, method, path: target, headers };
  const forward = (protocol === 'https:' ? https : http).request(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    // A half answer must not look like one that is still coming.
    pipeline(answer, response, () => {});
  });
  forward.on('error', (error) => response.destroy(error));
  response.on('close', () => forward.destroy());
  request.pipe(forward);
}

/** Owns the upgraded connections that are open. */
export class Tunnels {
  readonly #ends = new Set<Duplex>();

  /** It is destroyed with the tunnels unless it has closed by then. */
  own(end: Duplex): void {
    if (end.destroyed || this.#ends.has(end)) return;
    this.#ends.add(end);
    end.once('close', () => this.#ends.delete(end));
  }

  /** From here on bytes pass as they are: whoever is in between is no part of the WebSocket. */
  open(
    { url, authorization, target, localSocket }: Passage,
    request: http.IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void {
    const { host } = new URL(url);
    const inner = localSocket === undefined ? connect(url) : net.connect({ path: localSocket });
    // A frame is sent whole: the second of two must not wait until the first is acknowledged, which may take 40 ms.
    inner.setNoDelay(true);
    this.own(socket);
    this.own(inner);
    inner.setTimeout(CONNECT_TIMEOUT_MS, () => inner.destroy());
    inner.once('connect', () => inner.setTimeout(0));
    inner.on('error', () => socket.destroy());
    inner.on('close', () => socket.destroy());
    socket.on('close', () => inner.destroy());
    const headers = { ...request.headers, host, ...(authorization !== '' && { authorization }) };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    inner.write(`GET ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    inner.write(head);
    socket.pipe(inner).pipe(socket);
  }

  destroy(): void {
    for (const end of this.#ends) end.destroy();
  }
}

function connect(url: string): net.Socket {
  const { protocol, hostname, port } = new URL(url);
  const host = bare(hostname);
  return protocol === 'https:'
    ? tls.connect({ host, port: Number(port || 443), servername: host })
    : net.connect({ host, port: Number(port || 80) });
}

/** URLs put IPv6 addresses into brackets. */
function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
