/**
 * Cloudflare's published prices for Workers Paid with SQLite-backed Durable Objects (developers.cloudflare.com, "Durable Objects
 * pricing", November 2026), in US dollars for one month.
 */
export interface Price {
  readonly name: string;
  /** What the monthly fee includes. */
  readonly included: number;
  readonly dollarsPerUnit: number;
  /** The unit in words, for people. */
  readonly unit: string;
}

export const BASE_DOLLARS = 5;
const MILLION = 1e6;
const BILLION = 1e9;

export const PRICES = {
  requests: {
    name: 'requests',
    included: MILLION,
    dollarsPerUnit: 0.15 / MILLION,
    unit: '$0.15 a million',
  },
  gigabyteSeconds: {
    name: 'duration, GB-s',
    included: 400_000,
    dollarsPerUnit: 12.5 / MILLION,
    unit: '$12.50 a million GB-s',
  },
  rowsRead: {
    name: 'rows read',
    included: 25 * BILLION,
    dollarsPerUnit: 0.001 / MILLION,
    unit: '$0.001 a million',
  },
  rowsWritten: {
    name: 'rows written',
    included: 50 * MILLION,
    dollarsPerUnit: 1 / MILLION,
    unit: '$1.00 a million',
  },
  storedGigabytes: {
    name: 'stored data, GB',
    included: 5,
    dollarsPerUnit: 0.2,
    unit: '$0.20 a GB-month',
  },
} as const satisfies Record<string, Price>;

export type Meter = keyof typeof PRICES;
export type Usage = Readonly<Record<Meter, number>>;

/** Incoming WebSocket messages are billed as a twentieth of a request; outgoing ones and protocol pings are free. */
export const MESSAGES_PER_REQUEST = 20;
/** An object is billed for 128 MB, however little it uses. */
export const OBJECT_GIGABYTES = 0.125;
export const SECONDS_PER_MONTH = 30 * 24 * 3_600;

/** @returns dollars for each meter, beyond what is included. */
export function billOf(usage: Usage): Readonly<Record<Meter, number>> {
  const dollars = (meter: Meter): number => {
    const { included, dollarsPerUnit } = PRICES[meter];
    return Math.max(0, usage[meter] - included) * dollarsPerUnit;
  };
  const meters = Object.keys(PRICES) as Meter[];
  return Object.fromEntries(meters.map((meter) => [meter, dollars(meter)])) as Record<
    Meter,
    number
  >;
}

export function totalOf(usage: Usage): number {
  return BASE_DOLLARS + Object.values(billOf(usage)).reduce((sum, each) => sum + each, 0);
}
