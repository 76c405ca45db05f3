/** One member of ours, in this process, on real sockets. */
import { Keyring } from '../../../sidecar/gossip/keyring/keyring.ts';
import { createPool } from '../../../sidecar/gossip/pool.ts';
import type { Pool, PoolOptions } from '../../../sidecar/gossip/pool.ts';
import type { SerfEvent } from '../../../sidecar/gossip/serf/events.ts';
import { LOCAL_PROFILE } from '../../../sidecar/gossip/swim/config.ts';
import { LogHub, Logger } from '../../../sidecar/lib/log.ts';

export interface OurSerfOptions extends Partial<PoolOptions> {
  readonly name: string;
  readonly compression?: boolean;
  /** Base64, the primary first. */
  readonly keys?: readonly string[];
}

export class OurSerf {
  readonly pool: Pool;
  readonly events: readonly SerfEvent[];
  readonly keyring: Keyring;
  readonly #log: readonly string[];

  private constructor(
    pool: Pool,
    events: readonly SerfEvent[],
    keyring: Keyring,
    log: readonly string[],
  ) {
    this.pool = pool;
    this.events = events;
    this.keyring = keyring;
    this.#log = log;
  }

  /** Answers queries called `load` with its name. */
  static async start(options: OurSerfOptions): Promise<OurSerf> {
    const { name, compression = true, keys = [], ...rest } = options;
    const events: SerfEvent[] = [];
    const log: string[] = [];
    const hub = new LogHub();
    hub.listen('debug', ({ level, text }) => log.push(`${level} ${text}`));
    const [primary, ...others] = keys.map((key) => new Uint8Array(Buffer.from(key, 'base64')));
    const keyring = new Keyring(primary, others);
    const pool = await createPool({
      tags: {},
      bind: { address: '127.0.0.1', port: 0 },
      profile: { ...LOCAL_PROFILE, compression },
      keyring,
      log: new Logger(hub, name),
      ...rest,
      name,
      onEvent(event) {
        events.push(event);
        if (event.kind === 'query' && event.query.name === 'load') {
          event.query.respond(Buffer.from(name));
        }
      },
    });
    return new OurSerf(pool, events, keyring, log);
  }

  get name(): string {
    return this.pool.localMember().name;
  }

  get address(): string {
    const { address, port } = this.pool.localMember();
    return `${address}:${port}`;
  }

  statuses(): string[] {
    return this.pool
      .members()
      .map(({ name, status }) => `${name} ${status}`)
      .toSorted();
  }

  /** As the real one's command line lists them. */
  members(): { name: string; addr: string; status: string; tags: Record<string, string> }[] {
    return this.pool
      .members()
      .map(({ name, address, port, status, tags }) => ({
        name,
        addr: `${address}:${port}`,
        status,
        tags: { ...tags },
      }))
      .toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** The payloads of the user events called `deploy`. */
  deploys(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'user' && event.name === 'deploy'
        ? [Buffer.from(event.payload).toString()]
        : [],
    );
  }

  log(): string {
    return this.#log.join('\n');
  }
}
