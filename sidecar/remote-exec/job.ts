/** Reading what others wrote: the event's payload and the job. */
import type { RemoteExecJob, RemoteExecPlace } from '../../protocol/remote-exec.ts';

export class JobError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JobError';
  }
}

/** What is to be run. */
export type Program =
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'arguments'; readonly args: readonly string[] }
  | { readonly kind: 'script'; readonly bytes: Buffer };

export interface Job {
  readonly program: Program;
  /** Without output for so long, a sign of life is sent. */
  readonly heartbeatMs: number;
}

const NS_PER_MS = 1e6;
const DEFAULT_HEARTBEAT_MS = 2000;
/** Each sign of life is a write to the datacenter: a job that asks for more gets no more. */
const MIN_HEARTBEAT_MS = 100;
const MAX_HEARTBEAT_MS = 60_000;

/** @param payload of the event, in base64. @throws JobError */
export function parsePlace(payload: string | null): RemoteExecPlace {
  const { Prefix, Session } = parseObject(Buffer.from(payload ?? '', 'base64').toString('utf8'));
  if (typeof Prefix !== 'string' || Prefix === '') throw new JobError('the event names no prefix');
  if (typeof Session !== 'string' || Session === '') {
    throw new JobError('the event names no session');
  }
  return { prefix: Prefix, session: Session };
}

/** @throws JobError */
export function parseJob(text: string): Job {
  const job = parseObject(text) as Partial<RemoteExecJob>;
  const waitMs = typeof job.Wait === 'number' && job.Wait > 0 ? job.Wait / NS_PER_MS : 0;
  const heartbeatMs = Math.min(
    MAX_HEARTBEAT_MS,
    Math.max(MIN_HEARTBEAT_MS, waitMs || DEFAULT_HEARTBEAT_MS),
  );
  return { program: parseProgram(job), heartbeatMs };
}

/** A script counts before arguments, these before a command, as in Consul's agent. */
function parseProgram({ Script, Args, Command }: Partial<RemoteExecJob>): Program {
  if (typeof Script === 'string' && Script !== '') {
    return { kind: 'script', bytes: Buffer.from(Script, 'base64') };
  }
  if (Array.isArray(Args) && Args.length > 0 && Args.every((arg) => typeof arg === 'string')) {
    return { kind: 'arguments', args: Args };
  }
  if (typeof Command === 'string' && Command !== '') return { kind: 'command', text: Command };
  throw new JobError('the job says nothing to run');
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new JobError('it is no JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new JobError('it is no object');
  }
  return value as Record<string, unknown>;
}
