/**
 * Response rate limiting against reflection: forged senders make a DNS server flood somebody else. Queries are counted
 * for each client network and second. Above the limit, every other answer shrinks to an empty one with TC, so that an
 * honest client comes back over TCP, where senders cannot be forged; the others are dropped.
 */
import { parseAddress } from '../wire/address.ts';

export type RateDecision = 'answer' | 'truncate' | 'drop';

/** Networks told apart in one second; those beyond share one count, so a flood of forged networks is limited too. */
const MAX_NETWORKS = 20_000;
const IPV6_PREFIX_BYTES = 7;
const OTHERS = 'others';

export class ResponseRateLimiter {
  readonly #perSecond: number;
  readonly #nowMs: () => number;
  #second = 0;
  #counts = new Map<string, number>();

  readonly #isExempt: (address: string) => boolean;

  /** @param perSecond answers for one network; 0 for no limit. */
  constructor(perSecond: number, nowMs: () => number = Date.now, isExempt = isLoopback) {
    this.#perSecond = perSecond;
    this.#nowMs = nowMs;
    this.#isExempt = isExempt;
  }

  decide(address: string): RateDecision {
    if (this.#perSecond === 0 || this.#isExempt(address)) return 'answer';
    const second = Math.floor(this.#nowMs() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#counts = new Map();
    }
    let network = networkOf(address);
    if (this.#counts.size >= MAX_NETWORKS && !this.#counts.has(network)) network = OTHERS;
    const count = (this.#counts.get(network) ?? 0) + 1;
    this.#counts.set(network, count);
    if (count <= this.#perSecond) return 'answer';
    return (count - this.#perSecond) % 2 === 1 ? 'truncate' : 'drop';
  }
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');
}

/** IPv4 /24, IPv6 /56: what one customer line usually gets. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address.slice(0, address.lastIndexOf('.'));
  const zone = address.indexOf('%');
  const bytes = parseAddress(zone < 0 ? address : address.slice(0, zone));
  if (!bytes) return OTHERS;
  return bytes.subarray(0, bytes.length === 4 ? 3 : IPV6_PREFIX_BYTES).join('.');
}
