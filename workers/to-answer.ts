import { RPCError } from '../protocol/errors.ts';
import type { Reply } from '../protocol/frames.ts';
import type { Answer } from '../http-api/server-rpc.ts';

/** @throws RPCError for a reply that is a failure */
export function toAnswer(reply: Reply): Answer {
  if (reply.code !== undefined) throw new RPCError(reply.code, reply.body);
  return { index: reply.index, body: reply.body, notes: reply.notes };
}
