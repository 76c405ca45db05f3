/** HTTP load by `wrk`: closed loop, one thread (two cores are shared with the server), keep-alive. */
import { fileURLToPath } from 'node:url';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import type { Sample } from '../workloads/workload.ts';
import { runProgram } from './run-program.ts';

const SCRIPT = fileURLToPath(new URL('./requests.lua', import.meta.url));

export interface HTTPLoadRequest {
  readonly base: string;
  readonly method: 'GET' | 'PUT';
  /** With %d where the varying number goes. */
  readonly path: string;
  /** How many different numbers. */
  readonly count: number;
  readonly connections: number;
  readonly seconds: number;
  /** What is written: %d is the number, %u differs for each request. Without it a text of 60 bytes. */
  readonly body?: string | undefined;
  /** Goes into every value that is written, so that no two runs write the same. */
  readonly run: string;
}

interface WrkReport {
  readonly requests: number;
  readonly durationUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly badStatus: number;
  readonly socketErrors: number;
  readonly timeouts: number;
}

/** @returns good answers a second. A status of 400 or more, a socket error and a time-out count as errors. */
export async function httpLoad(load: HTTPLoadRequest, signal: AbortSignal): Promise<Sample> {
  const args = [
    '-t1',
    `-c${load.connections}`,
    `-d${load.seconds}s`,
    '--timeout',
    '5s',
    '-s',
    SCRIPT,
    load.base,
  ];
  const script = ['--', load.method, load.path, String(load.count), load.run, load.body ?? ''];
  const out = await runProgram(
    requireProgram(PROGRAMS.wrk),
    [...args, ...script],
    load.seconds,
    signal,
  );
  return parseWrk(out);
}

/** @param out wrk's standard output; the line of JSON in it comes from requests.lua. */
export function parseWrk(out: string): Sample {
  const line = out.split('\n').find((each) => each.startsWith('{"requests"'));
  if (line === undefined) throw new Error(`wrk printed no summary: ${out}`);
  const report = JSON.parse(line) as WrkReport;
  return {
    value: (report.requests - report.badStatus) / (report.durationUs / 1e6),
    p50Ms: report.p50Us / 1e3,
    p99Ms: report.p99Us / 1e3,
    errors: report.badStatus + report.socketErrors + report.timeouts,
  };
}
