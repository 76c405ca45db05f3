/**
 * DNS load by `dnsperf` over UDP.
 *
 * dnsperf tells the mean latency only. Percentiles come from a second, short run that lists every query; it is held at half of
 * the rate just measured, because listing at full speed would measure the listing.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import { percentile } from '../statistics.ts';
import type { Sample } from '../workloads/workload.ts';
import { runProgram } from './run-program.ts';

export interface DNSLoadRequest {
  readonly port: number;
  /** Lines of dnsperf's data file: `name type`. */
  readonly queries: readonly string[];
  readonly seconds: number;
  /** A directory that takes the data file for the time of the run. */
  readonly directory: string;
}

// Sockets and queries in flight: enough to keep a server of one core busy, few enough to overrun no receive buffer.
const CLIENTS = 8;
const OUTSTANDING = 64;
// In one second, a single stop of ten milliseconds would be the whole hundredth.
const LATENCY_SECONDS = 3;

/** @returns queries answered with NOERROR a second. A lost query and any other code count as errors. */
export async function dnsLoad(load: DNSLoadRequest, signal: AbortSignal): Promise<Sample> {
  const file = path.join(load.directory, `queries-${load.port}.txt`);
  writeFileSync(file, `${load.queries.join('\n')}\n`);
  const program = requireProgram(PROGRAMS.dnsperf);
  const common = [
    '-s',
    '127.0.0.1',
    '-p',
    String(load.port),
    '-d',
    file,
    '-c',
    String(CLIENTS),
    '-q',
    String(OUTSTANDING),
    '-t',
    '2',
  ];
  try {
    const sample = parseDNSPerf(
      await runProgram(program, [...common, '-l', String(load.seconds)], load.seconds, signal),
    );
    const rate = Math.max(1, Math.floor(sample.value / 2));
    const listing = await runProgram(
      program,
      [...common, '-l', String(LATENCY_SECONDS), '-Q', String(rate), '-v'],
      LATENCY_SECONDS,
      signal,
    );
    const latencies = parseLatenciesMs(listing);
    return { ...sample, p50Ms: percentile(latencies, 50), p99Ms: percentile(latencies, 99) };
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param out the statistics that dnsperf prints at the end of a run. */
export function parseDNSPerf(out: string): Sample {
  const figure = (label: string): number => {
    const text = new RegExp(`${label}:\\s+([\\d.]+)`).exec(out)?.[1];
    if (text === undefined) throw new Error(`dnsperf printed no "${label}": ${out}`);
    return Number(text);
  };
  const good = Number(/NOERROR (\d+)/.exec(out)?.[1] ?? 0);
  return {
    value: good / figure('Run time \\(s\\)'),
    errors: figure('Queries sent') - good,
  };
}

/** @param out the output of `dnsperf -v`: a line `> NOERROR NAME TYPE SECONDS` for each answer. */
export function parseLatenciesMs(out: string): number[] {
  return [...out.matchAll(/^> \S+ \S+ \S+ ([\d.]+)$/gm)].map((match) => Number(match[1]) * 1e3);
}
