/** What agents say of members of their gossip pool, mostly of others (Consul: agent/consul/leader.go, reconcileMember). */
import { badRequest } from '../../protocol/errors.ts';
import type { NodeReport } from '../../protocol/methods.ts';
import { findNodeRow } from '../state/nodes-rows.ts';
import { deregisterTxn } from '../state/catalog-write.ts';
import {
  type NodeView,
  nodeLinkedTxn,
  nodeSuspectedTxn,
  nodeUnreachableTxn,
  nodeUnwatchedTxn,
  nodeVouchedTxn,
} from '../state/node-health.ts';
import { sessionHooks } from '../state/session-invalidation.ts';
import type { WriteTxn } from '../writer.ts';
import type { WriteEndpoints } from './endpoint.ts';

const REPORTS: Readonly<Record<NodeReport, (tx: WriteTxn, view: NodeView) => void>> = {
  alive: nodeVouchedTxn,
  failed: nodeSuspectedTxn,
  unreachable: nodeUnreachableTxn,
  linked: nodeLinkedTxn,
  unwatched: nodeUnwatchedTxn,
  left(tx, { node }) {
    if (findNodeRow(tx.sql, node) === undefined) return;
    deregisterTxn(tx, { Node: node }, sessionHooks);
  },
};

export const nodeReportWrites: WriteEndpoints<'node.report'> = {
  'node.report': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      if (typeof args.node !== 'string' || !Object.hasOwn(REPORTS, args.status)) {
        throw badRequest('a report names a node and says alive, failed, left or what a ping found');
      }
      // Members tell of one another what they find: it is what gossip is for.
      if (authorizer.isAgent !== true) authorizer.nodeWrite(args.node);
      return args;
    },
    apply(tx, { node, status }, { linkOf, liveness }) {
      REPORTS[status](tx, { node, link: linkOf(node), settings: liveness });
      return 'true';
    },
  },
};
