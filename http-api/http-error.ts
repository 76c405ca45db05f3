import type { APIResponse } from './route.ts';
import { RPCError } from '../protocol/errors.ts';
import { STATUS_OF_CODE } from './status.ts';

/** A refusal by the HTTP layer itself, with the status and the text that the client sees. */
export class HTTPError extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = 'HTTPError';
    this.status = status;
    this.headers = headers;
  }
}

/** False for what is an answer, a 500 of Consul's among them: a refusal that some code of ours decided on. */
export function isDefect(thrown: unknown): boolean {
  if (thrown instanceof RPCError) return thrown.code === 'internal';
  return !(thrown instanceof HTTPError);
}

/** For a log: with the place where it was thrown. */
export function describeDefect(defect: unknown): string {
  return defect instanceof Error ? (defect.stack ?? defect.message) : String(defect);
}

export const TEXT = 'text/plain; charset=utf-8';

/** The answer for anything that a handler threw. Consul sends errors as plain text without a trailing newline. */
export function renderError(thrown: unknown): APIResponse {
  if (thrown instanceof HTTPError) {
    return {
      status: thrown.status,
      headers: { 'Content-Type': TEXT, ...thrown.headers },
      body: thrown.message,
    };
  }
  if (thrown instanceof RPCError) {
    return {
      status: STATUS_OF_CODE[thrown.code],
      headers: { 'Content-Type': TEXT },
      body: thrown.message,
    };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { status: 500, headers: { 'Content-Type': TEXT }, body: message };
}
