/**
 * The closed set of ways in which a call to a datacenter may fail.
 *
 * The code travels on the link beside Consul's wording of the error; `http-api/status.ts` maps every code to an
 * HTTP status, so a code without a status does not compile.
 */
export type ErrorCode =
  /** The request cannot be understood (Consul: 400). */
  | 'bad-request'
  /** The request was understood and is not acceptable; Consul answers most validation errors with 500. */
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  /** It was there once, and is known no more: the change log was trimmed. */
  | 'gone'
  | 'conflict'
  /** The request is fine, what it carries is not what is allowed there: a value that does not fit its schema. */
  | 'unprocessable'
  | 'too-large'
  /** The datacenter or the link is over its limit; trying again later is right. */
  | 'overloaded'
  /** The datacenter cannot be reached now. Whether a write was applied is unknown unless the text says so. */
  | 'unavailable'
  | 'unknown-datacenter'
  | 'not-built'
  /** A defect of ours: the text is for the log, the client gets it too because hiding it helps nobody. */
  | 'internal';

/** An error that is an answer: it crosses the link whole and reaches the client with its own text. */
export class RPCError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'RPCError';
    this.code = code;
  }
}

export const invalid = (message: string): RPCError => new RPCError('invalid', message);
export const badRequest = (message: string): RPCError => new RPCError('bad-request', message);
export const forbidden = (message: string): RPCError => new RPCError('forbidden', message);
export const notFound = (message: string): RPCError => new RPCError('not-found', message);

/** Whatever was thrown, as an RPCError; an unknown failure keeps its message under `internal`. */
export function toRPCError(thrown: unknown): RPCError {
  if (thrown instanceof RPCError) return thrown;
  return new RPCError('internal', thrown instanceof Error ? thrown.message : String(thrown));
}
