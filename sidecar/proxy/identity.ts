/**
 * Who the proxy is: its service's certificate and the roots that it trusts, kept up to date.
 *
 * Whoever made a secure context from an earlier one keeps it: a renewal touches no connection.
 */
import tls from 'node:tls';
import { follow } from './follow.ts';
import type { AgentHTTP, AgentResponse, Log } from './interfaces.ts';

interface Leaf {
  readonly CertPEM: string;
  readonly PrivateKeyPEM: string;
  readonly ServiceURI: string;
}

interface Roots {
  readonly Roots: readonly { readonly RootCert: string }[] | null;
}

export interface IdentityOptions {
  readonly agent: AgentHTTP;
  readonly log: Log;
  readonly service: string;
}

/** What both ends of the mesh speak; Consul's proxies begin at the same. */
const MIN_VERSION = 'TLSv1.2';

/** Forward secrecy and authenticated encryption only; 128 bits first, as in Go: they cost a third less than 256. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

export class Identity {
  readonly #options: IdentityOptions;
  readonly #listeners = new Set<(context: tls.SecureContextOptions) => void>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #stops: (() => void)[];
  #leaf: Leaf | undefined;
  #authorities: readonly string[] | undefined;
  #context: { options: tls.SecureContextOptions; made: tls.SecureContext } | undefined;

  constructor(options: IdentityOptions) {
    this.#options = options;
    const { agent, service, log } = options;
    const leafPath = `/v1/agent/connect/ca/leaf/${encodeURIComponent(service)}`;
    this.#stops = [
      follow({
        agent,
        log,
        name: `type=connect_leaf service=${service}`,
        request: { path: leafPath },
        onAnswer: (answer) => this.#set(() => (this.#leaf = parse<Leaf>(answer))),
      }),
      follow({
        agent,
        log,
        name: 'type=connect_roots',
        request: { path: '/v1/agent/connect/ca/roots' },
        onAnswer: (answer) =>
          this.#set(() => {
            const roots = parse<Roots>(answer).Roots ?? [];
            this.#authorities = roots.map(({ RootCert }) => RootCert);
          }),
      }),
    ];
  }

  /** Fulfilled once there are a certificate and roots; it may never be. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Undefined before it is ready. */
  get context(): tls.SecureContext | undefined {
    return this.#context?.made;
  }

  get contextOptions(): tls.SecureContextOptions | undefined {
    return this.#context?.options;
  }

  /** Told of each renewal. @returns the function that ends this */
  listen(listener: (context: tls.SecureContextOptions) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #set(change: () => void): void {
    change();
    if (this.#leaf === undefined || this.#authorities === undefined) return;
    const { CertPEM: cert, PrivateKeyPEM: key, ServiceURI: uri } = this.#leaf;
    const ca = [...this.#authorities];
    const options: tls.SecureContextOptions = {
      cert,
      key,
      ca,
      minVersion: MIN_VERSION,
      ciphers: CIPHERS,
    };
    const isFirst = this.#context === undefined;
    this.#context = { options, made: tls.createSecureContext(options) };
    const { log } = this.#options;
    if (isFirst) {
      log.info('Proxy loaded config and ready to serve');
      log.info(`Parsed TLS identity: uri=${uri}`);
      this.#ready.resolve();
    } else {
      log.debug('certificate or roots renewed');
    }
    for (const listener of this.#listeners) listener(options);
  }
}

function parse<Shape>({ body }: AgentResponse): Shape {
  return JSON.parse(body.toString('utf8')) as Shape;
}
