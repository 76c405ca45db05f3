/**
 * Go duration strings (time.ParseDuration, Duration.String), in milliseconds.
 *
 * A millisecond is the finest unit that Lictor acts upon; finer parts are kept as fractions.
 */
const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /^(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/;

/** Go holds a duration as nanoseconds in 64 bits: about 292 years. */
const MAX_DURATION_MS = 2 ** 63 * 1e-6;

/** Milliseconds, or null when the text is no Go duration ("10" without a unit is none, "0" is one). */
export function parseDuration(text: string): number | null {
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') return null;
  let totalMs = 0;
  while (rest !== '') {
    const part = PART.exec(rest);
    if (part === null) return null;
    totalMs += Number(part[1]) * UNIT_MS[part[2]!]!;
    rest = rest.slice(part[0].length);
  }
  if (totalMs > MAX_DURATION_MS) return null;
  return negative ? -totalMs : totalMs;
}

/** As Go prints it: "1m30s", "15s", "1.5s", "100ms", "0s". */
export function renderDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 0) return `-${renderDuration(-ms)}`;
  if (ms < 1e-3) return `${trim(ms * 1e6)}ns`;
  if (ms < 1) return `${trim(ms * 1e3)}µs`;
  if (ms < 1000) return `${trim(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = `${trim((ms % 60_000) / 1000)}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

/** At most nine decimals, as nanoseconds are Go's finest unit. */
function trim(value: number): string {
  return String(Number(value.toFixed(9)));
}
