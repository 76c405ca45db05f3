/** Customers: a steady stream of requests through HAProxy, each on a connection of its own, each remembered. */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Purchase {
  /** Milliseconds since the epoch, when the request was begun. */
  readonly startedMs: number;
  /** The back end that gave the price; undefined when the request failed. */
  readonly servedBy: string | undefined;
  /** Why it failed. */
  readonly failure: string | undefined;
}

const SHOPPERS = 4;
const PAUSE_MS = 5;
const REQUEST_LIMIT_MS = 5_000;

export class Shoppers {
  readonly purchases: Purchase[] = [];
  readonly #url: string;
  #isOpen = true;
  readonly #all: Promise<void[]>;

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}/`;
    this.#all = Promise.all(Array.from({ length: SHOPPERS }, () => this.#shop()));
  }

  /** Resolves when the last request has been answered. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    await this.#all;
  }

  since(startedMs: number, untilMs = Number.POSITIVE_INFINITY): Purchase[] {
    return this.purchases.filter((each) => each.startedMs >= startedMs && each.startedMs < untilMs);
  }

  async #shop(): Promise<void> {
    while (this.#isOpen) {
      this.purchases.push(await buy(this.#url));
      await sleep(PAUSE_MS);
    }
  }
}

function buy(url: string): Promise<Purchase> {
  const startedMs = Date.now();
  return new Promise((resolve) => {
    const fail = (failure: string): void => resolve({ startedMs, servedBy: undefined, failure });
    const request = http.get(url, { agent: false, timeout: REQUEST_LIMIT_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.once('error', (error) => fail(error.message));
      response.once('end', () => {
        if (response.statusCode !== 200)
          return fail(`status ${response.statusCode}: ${body.trim()}`);
        resolve({
          startedMs,
          servedBy: (JSON.parse(body) as { servedBy: string }).servedBy,
          failure: undefined,
        });
      });
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', (error) => fail(error.message));
  });
}
