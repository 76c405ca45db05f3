/**
 * What each measure has to reach, all in one place.
 *
 * A ratio is Lictor's figure divided by Consul's, both measured in the same run. `aim` is the figure to work towards once the
 * target is met. A measure without a line here is reported for information.
 */
export type Target =
  | { readonly kind: 'ratio-at-least'; readonly target: number; readonly aim?: number }
  | { readonly kind: 'ratio-at-most'; readonly target: number; readonly aim?: number }
  /** Lictor's own figure, whatever Consul's is. */
  | { readonly kind: 'value-at-most'; readonly target: number }
  | { readonly kind: 'value-at-least'; readonly target: number }
  /** Both: Lictor's own figure, and not above Consul's. */
  | { readonly kind: 'value-at-most-and-not-above'; readonly target: number };

const atLeast = (target: number, aim?: number): Target => ({
  kind: 'ratio-at-least',
  target,
  ...(aim && { aim }),
});
const atMost = (target: number, aim?: number): Target => ({
  kind: 'ratio-at-most',
  target,
  ...(aim && { aim }),
});

const ownAtLeast = (target: number): Target => ({ kind: 'value-at-least', target });
const ownAtMost = (target: number): Target => ({ kind: 'value-at-most', target });

export const TARGETS: ReadonlyMap<string, Target> = new Map([
  ['kv-put-c1', atLeast(0.5)],
  ['kv-put-c64', atLeast(1, 1.3)],
  ['kv-get-c1', atLeast(0.5, 0.7)],
  ['kv-get-c16', atLeast(0.5, 0.7)],
  ['kv-get-c64', atLeast(0.5, 0.7)],
  // Consul has no cached KV read: its figure is that of an ordinary one.
  ['kv-get-cached-c64', atLeast(0.7, 1)],
  ['health-3', atLeast(1)],
  ['health-100', atLeast(1)],
  ['health-3-cached', atLeast(1.5)],
  ['health-100-cached', atLeast(1.5)],
  ['dns-a', atLeast(2)],
  ['dns-srv', atLeast(2)],
  ['cli-version', atMost(1)],
  ['cli-kv-get', atMost(1)],
  ['cli-members', atMost(1)],
  ['dns-a-500', atLeast(2)],
  ['dns-srv-500', atLeast(2)],
  ['dns-a-500-p99', atMost(1)],
  ['dns-srv-500-p99', atMost(1)],
  ['agent-register-c16', atLeast(1)],
  ['check-to-server-p99', { kind: 'value-at-most-and-not-above', target: 50 }],
  ['check-to-client-p99', { kind: 'value-at-most-and-not-above', target: 50 }],
  // 105 MB, what an idle `consul agent -dev` takes.
  ['memory-idle-agent', ownAtMost(100)],
  ['replica-instance', ownAtMost(2)],
  ['cpu-idle', ownAtMost(0.5)],
  ['cpu-checks-1000', ownAtMost(10)],
  ['proxy-bytes-1', atLeast(0.5)],
  ['proxy-bytes-16', atLeast(0.5)],
  ['waiters-5000-last', atMost(0.7, 0.5)],
  ['cluster-failure', atMost(1)],
  ['wakeups-absent-key', ownAtMost(0)],
  ['wakeups-absent-service', ownAtMost(0)],
  ['wakeups-absent-prefix', ownAtMost(0)],
  ['wakeups-prefix', ownAtMost(0)],
  ['scale-register-10000', ownAtLeast(15_000)],
  ['scale-register-50000', ownAtLeast(15_000)],
  ['scale-health-growth', ownAtMost(2)],
  // What the platform gives an object.
  ['scale-recurse-memory', ownAtMost(128)],
  ['scale-snapshot-memory', ownAtMost(128)],
  ['scale-subscriptions', ownAtMost(1.5)],
  ['scale-watch-bytes', ownAtMost(50)],
]);

/** @returns the target in words, and undefined for "met" when the figures it needs are missing. */
export function judge(
  target: Target,
  lictor: number,
  consul: number,
): { words: string; met: boolean | undefined } {
  const ratio = lictor / consul;
  switch (target.kind) {
    case 'ratio-at-least':
      return {
        words: `≥ ${words(target)}`,
        met: Number.isNaN(ratio) ? undefined : ratio >= target.target,
      };
    case 'ratio-at-most':
      return {
        words: `≤ ${words(target)}`,
        met: Number.isNaN(ratio) ? undefined : ratio <= target.target,
      };
    case 'value-at-most-and-not-above':
      return {
        words: `≤ ${target.target}, ≤ 1x`,
        met: Number.isNaN(ratio) ? undefined : lictor <= target.target && ratio <= 1,
      };
    case 'value-at-most':
      return {
        words: `≤ ${target.target}`,
        met: Number.isNaN(lictor) ? undefined : lictor <= target.target,
      };
    case 'value-at-least':
      return {
        words: `≥ ${target.target.toLocaleString('en')}`,
        met: Number.isNaN(lictor) ? undefined : lictor >= target.target,
      };
  }
}

function words(target: { target: number; aim?: number }): string {
  return target.aim === undefined ? `${target.target}x` : `${target.target}x (aim ${target.aim}x)`;
}
