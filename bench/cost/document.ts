/** Renders docs/cost.md: the prose of prose.md with the counted tables in it. */
import { readFileSync } from 'node:fs';
import type { Operation } from './operations.ts';
import { type CountsByOperation, type HostMonth, KEEPALIVE_SECONDS, usageOf } from './month.ts';
import {
  BASE_DOLLARS,
  billOf,
  MESSAGES_PER_REQUEST,
  type Meter,
  PRICES,
  SECONDS_PER_MONTH,
  totalOf,
} from './prices.ts';

const PROSE = new URL('./prose.md', import.meta.url);
const SIZES = [10, 100, 1_000] as const;
const METERS = Object.keys(PRICES) as Meter[];

export function renderCost(
  operations: readonly Operation[],
  counted: CountsByOperation,
  host: HostMonth,
): string {
  const texts: Record<string, readonly string[]> = {
    COUNTS: renderCounts(operations, counted),
    ASSUMPTIONS: Object.entries(ASSUMPTIONS).map(
      ([key, words]) => `- ${words.replace('%', number(host[key as keyof HostMonth]))}`,
    ),
    PRICES: renderPrices(),
    MONTHS: renderMonths(counted, host),
    ...sentencesOf(counted, host),
  };
  return readFileSync(PROSE, 'utf8').replaceAll(/%([A-Z_]+)%/g, (whole, name: string) => {
    const text = texts[name];
    if (text === undefined) throw new Error(`prose.md: ${whole} is not known`);
    return text.join('\n');
  });
}

/** Numbers that stand within a sentence. */
function sentencesOf(
  counted: CountsByOperation,
  host: HostMonth,
): Record<string, readonly string[]> {
  const sessionRows =
    (SECONDS_PER_MONTH / host.sessionTTLSeconds) * counted['session-ttl'].rowsWritten;
  const keepalives = SECONDS_PER_MONTH / KEEPALIVE_SECONDS;
  const messages = usageOf(1, host, counted).requests * MESSAGES_PER_REQUEST;
  return {
    IDLE_MESSAGES: [number(counted['idle-minute'].messages)],
    IDLE_ROWS: [number(counted['idle-minute'].rowsWritten)],
    KEEPALIVE_SHARE: [`${Math.round((100 * keepalives) / messages)} %`],
    SESSION_TTL: [`${host.sessionTTLSeconds} s`],
    SESSION_ROWS: [number(Math.round(sessionRows))],
    SESSION_DOLLARS: [`$${(sessionRows * PRICES.rowsWritten.dollarsPerUnit).toFixed(2)}`],
  };
}

const ASSUMPTIONS: Readonly<Record<keyof HostMonth, string>> = {
  services: '% service instances on each host,',
  checksPerService: '% checks for each of them;',
  deploymentsPerService:
    '% deployments of each instance a month (its checks fail and pass again, its registration changes);',
  flapsPerService: '% times a month a check of it fails and passes again for another reason;',
  kvWrites: '% KV writes from each host a month (one an hour is 720);',
  linearizableReads: '% reads a month that ask the datacenter (one a minute is 43,200);',
  sessions: '% sessions alive on each host all month,',
  sessionTTLSeconds: 'each with a TTL of % s;',
  restarts: '% restarts of each host a month.',
};

function renderCounts(operations: readonly Operation[], counted: CountsByOperation): string[] {
  return [
    '| what happens | messages to the object | rows written | rows read |',
    '| --- | ---: | ---: | ---: |',
    ...operations.map(({ id, title }) => {
      const { messages, rowsWritten, rowsRead } = counted[id];
      return `| ${title} | ${number(messages)} | ${number(rowsWritten)} | ${number(rowsRead)} |`;
    }),
  ];
}

function renderPrices(): string[] {
  return [
    '| meter | included | beyond |',
    '| --- | ---: | ---: |',
    ...METERS.map(
      (meter) =>
        `| ${PRICES[meter].name} | ${number(PRICES[meter].included)} | ${PRICES[meter].unit} |`,
    ),
  ];
}

function renderMonths(counted: CountsByOperation, host: HostMonth): string[] {
  const usages = SIZES.map((hosts) => usageOf(hosts, host, counted));
  return [
    line(
      '',
      SIZES.map((hosts) => `${number(hosts)} hosts`),
    ),
    line(
      '---',
      SIZES.map(() => '---:'),
    ),
    ...METERS.map((meter) =>
      line(
        PRICES[meter].name,
        usages.map((usage) => {
          const dollars = billOf(usage)[meter];
          return `${number(usage[meter])}${dollars > 0 ? ` ($${dollars.toFixed(2)})` : ''}`;
        }),
      ),
    ),
    line(
      `base fee`,
      SIZES.map(() => `$${BASE_DOLLARS.toFixed(2)}`),
    ),
    line(
      '**a month**',
      usages.map((usage) => `**$${totalOf(usage).toFixed(2)}**`),
    ),
  ];
}

function line(title: string, cells: readonly string[]): string {
  return `| ${title} | ${cells.join(' | ')} |`;
}

function number(value: number): string {
  const digits = value !== 0 && Math.abs(value) < 100 && !Number.isInteger(value) ? 2 : 0;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
