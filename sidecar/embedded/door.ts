/**
 * The embedded control plane's address for other hosts (`ports.server`): lets links in that prove that they know the gossip key.
 *
 * workerd itself listens on loopback only, and its secret never leaves this process: the door puts it into requests that it lets
 * through. Without a gossip key nothing can be proved, and only this host's own agents are taken.
 *
 * With `?dc=` a link leads on to another datacenter's door: agents need to reach, and to prove themselves to, their own only.
 */
import http from 'node:http';
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import { DATACENTERS_PATH, LINK_PATH, doorPath } from '../../protocol/frames.ts';
import { LOGIN_LINK_PATH } from '../../protocol/login-http.ts';
import { SNAPSHOT_LINK_PATH } from '../../protocol/snapshot-http.ts';
import type { DatacenterList } from '../../protocol/types/datacenters.ts';
import { PROOF_PATH } from '../lib/link-proof-exchange.ts';
import { Challenges } from './challenges.ts';
import { type Passage, Tunnels, passRequest } from './passage.ts';
import { PortTakenError } from './port-taken-error.ts';

export interface DoorOptions {
  readonly datacenter: string;
  /** Where workerd is now; it may change with a restart. */
  readonly target: () => {
    readonly host: string;
    readonly port: number;
    readonly localSocket?: string | undefined;
  };
  readonly secret: () => string;
  /** Derived from the keys of the ring, the primary first; none where gossip is not encrypted. */
  readonly linkSecrets: () => readonly Uint8Array[];
  /** The same of the pool that spans datacenters: agents of others have its keys. */
  readonly wanSecrets: () => readonly Uint8Array[];
  readonly others: OtherDatacenters;
  readonly log: { warn(text: string): void };
}

export interface OtherDatacenters {
  list(): Promise<DatacenterList>;
  /** The way to one of them. @throws Error that says what is missing */
  dial(datacenter: string): Promise<{
    readonly url: string;
    readonly authorization: string;
    readonly datacenter?: string;
  }>;
}

/** What agents send beside their link. */
const FOR_AGENTS: ReadonlySet<string> = new Set([
  SNAPSHOT_LINK_PATH,
  LOGIN_LINK_PATH,
  DATACENTERS_PATH,
]);
const MAX_NONCE_CHARS = 128;
const NEEDS_KEY =
  'Permission denied: this control plane takes links of other hosts only when gossip is encrypted: set the same `encrypt` key on all agents of the datacenter.';
const NEEDS_PROOF =
  'Permission denied: the link was not proved with a gossip key of this datacenter: compare `encrypt` and `lictor keyring -list` on both hosts.';

export class Door {
  readonly #options: DoorOptions;
  readonly #server: http.Server;
  readonly #tunnels = new Tunnels();
  readonly #challenges = new Challenges();

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#server = http.createServer((request, response) =>
      this.#request(request, response).catch((error: Error) => response.destroy(error)),
    );
    // Long polls of /v1 stay silent for minutes.
    this.#server.requestTimeout = 0;
    this.#server.on('upgrade', (request, socket, head) =>
      this.#upgrade(request, socket, head).catch((error: Error) => socket.destroy(error)),
    );
  }

  /** @throws PortTakenError */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const isTaken = error.code === 'EADDRINUSE';
        const option = '-server-port (ports.server)';
        reject(isTaken ? new PortTakenError('control plane', host, port, option) : error);
      });
      this.#server.listen(port, host, resolve);
    });
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo | null)?.port ?? 0;
  }

  async stop(): Promise<void> {
    this.#tunnels.destroy();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #request(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { pathname, searchParams } = targetOf(request);
    if (pathname === PROOF_PATH) {
      const isForeign = searchParams.get('pool') === 'wan';
      this.#challenge(searchParams.get('nonce') ?? '', isForeign, response);
      return;
    }
    const isForAgents = FOR_AGENTS.has(pathname);
    if (isForAgents && this.#isAgent(request)) {
      await this.#serveAgent(pathname, searchParams.get('dc') ?? '', request, response);
      return;
    }
    // The control plane's own /v1, with the secret or without: as it stands, for this host.
    if (!isSameHost(request.socket)) {
      response.writeHead(403, PLAIN).end(NEEDS_PROOF);
      return;
    }
    passRequest(this.#inner(request.url ?? '/', ''), request, response);
  }

  async #serveAgent(
    path: string,
    datacenter: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    if (path === DATACENTERS_PATH) {
      const list = await this.#options.others.list();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list));
      return;
    }
    const passage = await this.#passage(path, datacenter).catch((error: Error) => error);
    if (passage instanceof Error) response.writeHead(502, PLAIN).end(passage.message);
    else passRequest(passage, request, response);
  }

  #challenge(clientNonce: string, isForeign: boolean, response: http.ServerResponse): void {
    const { linkSecrets, wanSecrets } = this.#options;
    const [secret] = isForeign ? wanSecrets() : linkSecrets();
    if (secret === undefined) response.writeHead(403, PLAIN).end(NEEDS_KEY);
    else if (clientNonce === '' || clientNonce.length > MAX_NONCE_CHARS) {
      response.writeHead(400, PLAIN).end('a nonce is missing or too long');
    } else {
      const reply = this.#challenges.make(secret, clientNonce);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    }
  }

  async #upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    // The HTTP server has let go of it, and would wait for it when it is closed.
    this.#tunnels.own(socket);
    const { pathname, searchParams } = targetOf(request);
    if (pathname === LINK_PATH && this.#isAgent(request)) {
      const datacenter = searchParams.get('dc') ?? '';
      const passage = await this.#passage(LINK_PATH, datacenter).catch((error: Error) => error);
      if (passage instanceof Error) refuse(socket, '502 Bad Gateway', passage.message);
      else this.#tunnels.open(passage, request, socket, head);
    } else if (isSameHost(request.socket)) {
      this.#tunnels.open(this.#inner(request.url ?? '/', ''), request, socket, head);
    } else {
      const text = this.#options.linkSecrets().length === 0 ? NEEDS_KEY : NEEDS_PROOF;
      this.#options.log.warn(`refused a link of ${request.socket.remoteAddress}: ${text}`);
      refuse(socket, '403 Forbidden', text);
    }
  }

  /** For an agent that was let in. @throws Error for a datacenter to which there is no way */
  async #passage(path: string, datacenter: string): Promise<Passage> {
    if (datacenter === '' || datacenter === this.#options.datacenter) {
      return this.#inner(path, `Bearer ${this.#options.secret()}`);
    }
    const dial = await this.#options.others.dial(datacenter);
    // Gossip told it, so it may be anything.
    if (!URL.canParse(dial.url)) throw new Error(`${datacenter} tells of no usable URL`);
    return { ...dial, target: doorPath(path, dial.datacenter ?? '') };
  }

  #inner(target: string, authorization: string): Passage {
    const { host, port, localSocket } = this.#options.target();
    return { url: `http://${host}:${port}`, authorization, target, localSocket };
  }

  /** One that proves to know the gossip key; without a key, one of this host. */
  #isAgent({ headers, socket }: http.IncomingMessage): boolean {
    const { authorization = '', origin } = headers;
    // A browser runs on this host, too, and opens sockets for any page that it shows.
    if (origin !== undefined) return false;
    const secrets = this.#options.linkSecrets();
    const all = [...secrets, ...this.#options.wanSecrets()];
    if (this.#challenges.isAnswered(authorization, all)) return true;
    return secrets.length === 0 && authorization === '' && isSameHost(socket);
  }
}

/** For the refusal to arrive. */
const REFUSAL_LINGER_MS = 1_000;
const PLAIN = { 'content-type': 'text/plain' };

/** Any host may send anything: `//` alone is no URL to the parser, and its exception would end the agent. */
function targetOf({ url = '/' }: http.IncomingMessage): {
  readonly pathname: string;
  readonly searchParams: URLSearchParams;
} {
  const question = url.indexOf('?');
  if (question < 0) return { pathname: url, searchParams: new URLSearchParams() };
  return {
    pathname: url.slice(0, question),
    searchParams: new URLSearchParams(url.slice(question + 1)),
  };
}

function refuse(socket: Duplex, status: string, text: string): void {
  const length = Buffer.byteLength(text);
  // Whoever is refused and does not go is sent away.
  const timer = setTimeout(() => socket.destroy(), REFUSAL_LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${text}`,
  );
}

/** A host that calls itself, by whatever of its addresses. */
function isSameHost({ remoteAddress = '', localAddress }: net.Socket): boolean {
  const plain = remoteAddress.replace(/^::ffff:/, '');
  return plain.startsWith('127.') || plain === '::1' || remoteAddress === localAddress;
}
