/**
 * The embedded control plane's address for other hosts (`ports.server`): lets links in that prove that they know the gossip key.
 *
 * workerd itself listens on loopback only, and its secret never leaves this process: the door puts it into requests that it lets
 * through. Without a gossip key nothing can be proved, and only this host's own agents are taken.
 */
import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { LINK_PATH } from '../../protocol/frames.ts';
import { SNAPSHOT_LINK_PATH } from '../../protocol/snapshot-http.ts';
import { isProofValid, makeNonce, proofOf } from '../lib/link-proof.ts';
import { PROOF_PATH, PROOF_SCHEME, type ProofReply } from '../lib/link-proof-exchange.ts';
import { PortTakenError } from './port-taken-error.ts';

export interface DoorOptions {
  /** Where workerd is now; it may change with a restart. */
  readonly target: () => { readonly host: string; readonly port: number };
  readonly secret: () => string;
  /** Derived from the keys of the ring, the primary first; none where gossip is not encrypted. */
  readonly linkSecrets: () => readonly Uint8Array[];
  readonly log: { warn(text: string): void };
}

interface Challenge {
  readonly clientNonce: string;
  readonly expiresAt: number;
}

/** A proof follows its challenge at once; a slow network is given some seconds. */
const CHALLENGE_TTL_MS = 15_000;
/** Challenges that were never answered: the oldest go, so a flood of them costs a bounded map. */
const MAX_CHALLENGES = 4096;
const MAX_NONCE_CHARS = 128;
const NEEDS_KEY =
  'Permission denied: this control plane takes links of other hosts only when gossip is encrypted: set the same `encrypt` key on all agents of the datacenter.';
const NEEDS_PROOF =
  'Permission denied: the link was not proved with a gossip key of this datacenter: compare `encrypt` and `lictor keyring -list` on both hosts.';

export class Door {
  readonly #options: DoorOptions;
  readonly #server: http.Server;
  readonly #tunnels = new Set<Duplex>();
  readonly #challenges = new Map<string, Challenge>();

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#server = http.createServer((request, response) => this.#request(request, response));
    // Long polls of /v1 stay silent for minutes.
    this.#server.requestTimeout = 0;
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
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
    for (const tunnel of this.#tunnels) tunnel.destroy();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #request(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://door');
    if (url.pathname === PROOF_PATH) {
      this.#challenge(url.searchParams.get('nonce') ?? '', response);
      return;
    }
    if (url.pathname === SNAPSHOT_LINK_PATH && this.#isAgent(request)) {
      const authorization = `Bearer ${this.#options.secret()}`;
      this.#forward(request, response, { ...request.headers, authorization });
      return;
    }
    // The control plane's own /v1, with the secret or without: as it stands, for this host.
    if (!isSameHost(request.socket)) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end(NEEDS_PROOF);
      return;
    }
    this.#forward(request, response, request.headers);
  }

  #forward(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    headers: http.IncomingHttpHeaders,
  ): void {
    const { host, port } = this.#options.target();
    const { method } = request;
    const forward = http.request({ host, port, method, path: request.url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forward.on('error', (error) => response.destroy(error));
    response.on('close', () => forward.destroy());
    request.pipe(forward);
  }

  /** Proves first: an agent must not say anything to a control plane that does not know the key. */
  #challenge(clientNonce: string, response: http.ServerResponse): void {
    const [secret] = this.#options.linkSecrets();
    if (secret === undefined || clientNonce === '' || clientNonce.length > MAX_NONCE_CHARS) {
      const text = secret === undefined ? NEEDS_KEY : 'a nonce is missing or too long';
      response.writeHead(secret === undefined ? 403 : 400, { 'content-type': 'text/plain' });
      response.end(text);
      return;
    }
    const nonce = makeNonce();
    this.#challenges.set(nonce, { clientNonce, expiresAt: Date.now() + CHALLENGE_TTL_MS });
    if (this.#challenges.size > MAX_CHALLENGES) {
      this.#challenges.delete(this.#challenges.keys().next().value!);
    }
    const reply: ProofReply = {
      nonce,
      proof: proofOf(secret, 'control-plane', [clientNonce, nonce]),
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  }

  #upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const authorization = request.headers.authorization ?? '';
    const isLink = request.url === LINK_PATH;
    const sameHost = isSameHost(request.socket);
    if (isLink && this.#isAgent(request)) {
      this.#tunnel(request, socket, head, `Bearer ${this.#options.secret()}`);
    } else if (sameHost) this.#tunnel(request, socket, head, authorization);
    else {
      const text = this.#options.linkSecrets().length === 0 ? NEEDS_KEY : NEEDS_PROOF;
      this.#options.log.warn(`refused a link of ${request.socket.remoteAddress}: ${text}`);
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
      );
    }
  }

  /** One that proves to know the gossip key; without a key, one of this host. */
  #isAgent({ headers, socket }: http.IncomingMessage): boolean {
    const { authorization = '' } = headers;
    if (this.#isProved(authorization)) return true;
    const hasKey = this.#options.linkSecrets().length > 0;
    return !hasKey && authorization === '' && isSameHost(socket);
  }

  /** A challenge is good once. */
  #isProved(authorization: string): boolean {
    const [scheme, nonce = '', proof = ''] = authorization.split(' ');
    if (scheme !== PROOF_SCHEME) return false;
    const challenge = this.#challenges.get(nonce);
    this.#challenges.delete(nonce);
    if (challenge === undefined || challenge.expiresAt < Date.now()) return false;
    const secrets = this.#options.linkSecrets();
    return isProofValid(proof, secrets, 'agent', [nonce, challenge.clientNonce]);
  }

  /** From here on bytes pass as they are: the door is no part of the WebSocket. */
  #tunnel(
    request: http.IncomingMessage,
    socket: Duplex,
    head: Buffer,
    authorization: string,
  ): void {
    const inner = net.connect(this.#options.target());
    for (const end of [socket, inner]) {
      this.#tunnels.add(end);
      end.on('close', () => this.#tunnels.delete(end));
    }
    inner.on('error', () => socket.destroy());
    inner.on('close', () => socket.destroy());
    socket.on('close', () => inner.destroy());
    const headers = { ...request.headers, ...(authorization !== '' && { authorization }) };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    inner.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    inner.write(head);
    socket.pipe(inner).pipe(socket);
  }
}

/** A host that calls itself, by whatever of its addresses. */
function isSameHost({ remoteAddress = '', localAddress }: net.Socket): boolean {
  const plain = remoteAddress.replace(/^::ffff:/, '');
  return plain.startsWith('127.') || plain === '::1' || remoteAddress === localAddress;
}
