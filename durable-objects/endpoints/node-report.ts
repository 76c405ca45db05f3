/** What agents say of other members of their gossip pool (Consul: agent/consul/leader.go, reconcileMember). */
import { badRequest } from '../../protocol/errors.ts';
import { findNodeRow } from '../state/nodes-rows.ts';
import { deregisterTxn } from '../state/catalog-write.ts';
import { nodeAliveTxn, nodeSuspectedTxn } from '../state/node-health.ts';
import { sessionHooks } from '../state/session-invalidation.ts';
import type { WriteEndpoints } from './endpoint.ts';

const STATUSES: ReadonlySet<unknown> = new Set(['alive', 'failed', 'left']);

export const nodeReportWrites: WriteEndpoints<'node.report'> = {
  'node.report': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      if (typeof args.node !== 'string' || !STATUSES.has(args.status)) {
        throw badRequest('a report names a node and says alive, failed or left');
      }
      authorizer.nodeWrite(args.node);
      return args;
    },
    apply(tx, { node, status }, context) {
      if (status === 'alive') nodeAliveTxn(tx, node);
      else if (status === 'failed') nodeSuspectedTxn(tx, node, context.linkOf(node));
      else if (findNodeRow(tx.sql, node) !== undefined) {
        deregisterTxn(tx, { Node: node }, sessionHooks);
      }
      return 'true';
    },
  },
};
