/** The table of /v1 that both sides mount; the sidecar adds its own /v1/agent/. */
import type { Route } from './route.ts';
import { aclAuthRoutes } from './routes/acl-auth.ts';
import { aclPolicyRoutes } from './routes/acl-policies.ts';
import { aclTemplateRoutes } from './routes/acl-templates.ts';
import { aclTokenRoutes } from './routes/acl-tokens.ts';
import { auditRoutes } from './routes/audit.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { coordinateRoutes } from './routes/coordinate.ts';
import { eventRoutes } from './routes/event.ts';
import { connectCARoutes } from './routes/connect-ca.ts';
import { connectRootRoutes } from './routes/connect-roots.ts';
import { configRoutes } from './routes/config.ts';
import { discoveryChainRoutes } from './routes/discovery-chain.ts';
import { gatewayRoutes } from './routes/gateways.ts';
import { healthRoutes } from './routes/health.ts';
import { intentionRoutes } from './routes/intentions.ts';
import { kvSchemaRoutes } from './routes/kv-schema.ts';
import { kvRoutes } from './routes/kv.ts';
import { notBuiltRoutes } from './routes/not-built.ts';
import { livenessRoutes } from './routes/liveness.ts';
import { operatorRoutes } from './routes/operator.ts';
import { preparedQueryRoutes } from './routes/prepared-query.ts';
import { replicationRoutes } from './routes/replication.ts';
import { sessionRoutes } from './routes/session.ts';
import { snapshotRoutes } from './routes/snapshot.ts';
import { statusRoutes } from './routes/status.ts';
import { streamRoutes } from './routes/stream.ts';
import { txnRoutes } from './routes/txn.ts';
import { uiTopologyRoutes } from './routes/ui-topology.ts';
import { uiRoutes } from './routes/ui.ts';

export const coreRoutes: readonly Route[] = [
  ...kvRoutes,
  ...kvSchemaRoutes,
  ...txnRoutes,
  ...sessionRoutes,
  ...catalogRoutes,
  ...gatewayRoutes,
  ...healthRoutes,
  ...coordinateRoutes,
  ...eventRoutes,
  ...configRoutes,
  ...connectRootRoutes,
  ...connectCARoutes,
  ...intentionRoutes,
  ...discoveryChainRoutes,
  ...operatorRoutes,
  ...livenessRoutes,
  ...preparedQueryRoutes,
  ...snapshotRoutes,
  ...statusRoutes,
  ...auditRoutes,
  ...streamRoutes,
  ...replicationRoutes,
  ...uiRoutes,
  ...uiTopologyRoutes,
  ...aclTokenRoutes,
  ...aclPolicyRoutes,
  ...aclTemplateRoutes,
  ...aclAuthRoutes,
  ...notBuiltRoutes,
];
