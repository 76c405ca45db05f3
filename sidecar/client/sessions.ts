/** Sessions over `/v1/session`. */
import { StatusError } from './errors.ts';
import type { ConsulClient } from './http-client.ts';

export interface SessionOptions {
  readonly name: string;
  /** Go duration string. */
  readonly ttl: string;
  readonly behavior?: 'release' | 'delete';
}

/** @returns the session's ID */
export async function createSession(
  client: ConsulClient,
  options: SessionOptions,
  signal?: AbortSignal,
): Promise<string> {
  const { ID } = await client.json<{ ID: string }>({
    method: 'PUT',
    path: '/v1/session/create',
    body: JSON.stringify({
      Name: options.name,
      TTL: options.ttl,
      ...(options.behavior ? { Behavior: options.behavior } : {}),
    }),
    ...(signal ? { signal } : {}),
  });
  return ID;
}

export async function destroySession(client: ConsulClient, id: string): Promise<void> {
  await client.request({ method: 'PUT', path: `/v1/session/destroy/${id}` });
}

/** Sends renewals until stopped; a session that expired is not made again. */
export class SessionRenewal {
  readonly #client: ConsulClient;
  readonly #id: string;
  readonly #timer: NodeJS.Timeout;

  /** @param ttlMs the session's TTL: renewed each half of it, so that one lost renewal does no harm */
  constructor(client: ConsulClient, id: string, ttlMs: number) {
    this.#client = client;
    this.#id = id;
    this.#timer = setInterval(() => void this.#renew(), ttlMs / 2);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    try {
      await this.#client.request({ method: 'PUT', path: `/v1/session/renew/${this.#id}` });
    } catch (error) {
      // Gone for good. Whoever holds a lock by this session learns it from the key; other failures are tried again.
      if (error instanceof StatusError && error.status === 404) this.stop();
    }
  }
}
