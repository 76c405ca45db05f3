/** The session behind a lock or a semaphore slot: made on demand, renewed while held, destroyed at the end. */
import type { ConsulClient } from './http-client.ts';
import { StatusError } from './errors.ts';
import { createSession, destroySession, SessionRenewal } from './sessions.ts';

/** As Consul's locks: long enough to ride out a control plane that restarts. */
const SESSION_TTL_MS = 15_000;

export class LockSession {
  readonly #client: ConsulClient;
  readonly #name: string;
  readonly #behavior: 'release' | 'delete';
  #renewal: SessionRenewal | undefined;
  id: string | undefined;

  constructor(client: ConsulClient, name: string, behavior: 'release' | 'delete') {
    this.#client = client;
    this.#name = name;
    this.#behavior = behavior;
  }

  async start(signal: AbortSignal): Promise<string> {
    if (this.id !== undefined) return this.id;
    const ttl = `${SESSION_TTL_MS / 1000}s`;
    const options = { name: this.#name, ttl, behavior: this.#behavior };
    try {
      this.id = await createSession(this.#client, options, signal);
    } catch (error) {
      if (error instanceof StatusError)
        error.message = `failed to create session: ${error.message}`;
      throw error;
    }
    this.#renewal = new SessionRenewal(this.#client, this.id, SESSION_TTL_MS);
    return this.id;
  }

  async stop(): Promise<void> {
    this.#renewal?.stop();
    const { id } = this;
    this.id = undefined;
    if (id !== undefined) await destroySession(this.#client, id);
  }
}
