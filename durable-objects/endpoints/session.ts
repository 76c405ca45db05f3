/** Session methods (Consul: agent/consul/session_endpoint.go). */
import { describeDurationFault } from '../../http-api/routes/session-duration.ts';
import { parseDuration, renderDuration } from '../../protocol/duration.ts';
import { invalid } from '../../protocol/errors.ts';
import type { SessionCreateArgs } from '../../protocol/methods.ts';
import { findSessionRow, renderSessionRows } from '../state/session-rows.ts';
import { SESSION_TTL_MAX_MS, renewSessionTxn } from '../state/session-ttl.ts';
import {
  type NewSession,
  createSessionTxn,
  destroySessionTxn,
  readNodeSessions,
  readSession,
  readSessions,
} from '../state/sessions.ts';
import { SESSIONS, nodeSessionsTopic, sessionTopic } from '../watch/topics.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

/** What sessions need to know beside what every endpoint does. */
export const sessionReads: ReadEndpoints<'session.get' | 'session.list' | 'session.node'> = {
  'session.get': {
    kind: 'read',
    topics: ({ id }) => [sessionTopic(id)],
    read({ sql }, { id }, authorizer) {
      const reading = readSession(sql, id);
      const node = findSessionRow(sql, id)?.node_name;
      return node === undefined || authorizer.sessionRead(node)
        ? reading
        : { ...reading, body: '[]' };
    },
  },
  'session.list': {
    kind: 'read',
    topics: () => [SESSIONS],
    read: ({ sql }, _args, authorizer) => readSessions(sql, (node) => authorizer.sessionRead(node)),
  },
  'session.node': {
    kind: 'read',
    topics: ({ node }) => [nodeSessionsTopic(node)],
    read({ sql }, { node }, authorizer) {
      const reading = readNodeSessions(sql, node);
      const isEmpty = reading.body === '[]' || reading.body === '';
      return isEmpty || authorizer.sessionRead(node) ? reading : { ...reading, body: '[]' };
    },
  },
};

export const sessionWrites: WriteEndpoints<'session.create' | 'session.destroy' | 'session.renew'> =
  {
    'session.create': {
      kind: 'write',
      prepare(context, args, authorizer) {
        if (!args.Node) throw invalid('Must provide Node');
        authorizer.sessionWrite(args.Node);
        checkBehavior(args.Behavior);
        checkTTL(args.TTL, context.sessionTTLMinMs);
        // Whatever id the caller wrote: two sessions must never share one.
        return { ...args, ID: context.newUUID() };
      },
      apply: (tx, args) => JSON.stringify({ ID: createSessionTxn(tx, toNewSession(args)).id }),
    },
    'session.destroy': {
      kind: 'write',
      prepare({ sql }, args, authorizer) {
        const session = findSessionRow(sql, args.id);
        if (session !== undefined) authorizer.sessionWrite(session.node_name);
        return args;
      },
      apply(tx, { id }) {
        destroySessionTxn(tx, id);
        return 'true';
      },
    },
    'session.renew': {
      kind: 'write',
      prepare({ sql }, args, authorizer) {
        const session = findSessionRow(sql, args.id);
        if (session !== undefined) authorizer.sessionWrite(session.node_name);
        return args;
      },
      apply: (tx, { id }) => renderSessionRows([renewSessionTxn(tx, id)]),
    },
  };

function checkBehavior(behavior: string | undefined): void {
  if (!behavior || behavior === 'release' || behavior === 'delete') return;
  throw invalid(`Invalid Behavior setting '${behavior}'`);
}

const NANOSECONDS_PER_MS = 1e6;

/** An empty TTL, or one of zero, means that the session never expires by itself. */
function checkTTL(ttl: string | undefined, minMs: number): void {
  if (!ttl) return;
  const ttlMs = parseDuration(ttl);
  if (ttlMs === null) throw invalid(`Session TTL '${ttl}' invalid: ${describeDurationFault(ttl)}`);
  if (ttlMs === 0 || (ttlMs >= minMs && ttlMs <= SESSION_TTL_MAX_MS)) return;
  const bounds = `[${renderDuration(minMs)}=${renderDuration(SESSION_TTL_MAX_MS)}]`;
  throw invalid(
    `Invalid Session TTL '${Math.round(ttlMs * NANOSECONDS_PER_MS)}', must be between ${bounds}`,
  );
}

function toNewSession(args: SessionCreateArgs): NewSession {
  const { Checks, NodeChecks, ServiceChecks, TTL = '' } = args;
  const serviceChecks = ServiceChecks?.map(({ ID, Namespace }) => ({
    ID,
    Namespace: Namespace ?? '',
  }));
  return {
    id: args.ID!,
    name: args.Name ?? '',
    node: args.Node.toLowerCase(),
    node_name: args.Node,
    lock_delay_ms: args.LockDelayMs,
    behavior: args.Behavior || 'release',
    ttl: TTL,
    ttl_ms: parseDuration(TTL) ?? 0,
    node_checks: NodeChecks == null ? null : JSON.stringify(NodeChecks),
    service_checks: serviceChecks === undefined ? null : JSON.stringify(serviceChecks),
    checkIDs: [
      ...(Checks ?? []),
      ...(NodeChecks ?? []),
      ...(serviceChecks ?? []).map(({ ID }) => ID),
    ],
  };
}
