/** Method name to endpoint: total over the RPC table, so a method without an endpoint does not compile. */
import { badRequest } from '../protocol/errors.ts';
import { METHOD_KINDS } from '../protocol/method-kinds.ts';
import type { MethodName, ReadMethod, WriteMethod } from '../protocol/methods.ts';
import { aclAuthMethodReads, aclAuthMethodWrites } from './endpoints/acl-auth-method.ts';
import { aclAuthorizeReads } from './endpoints/acl-authorize.ts';
import { aclBindingRuleReads, aclBindingRuleWrites } from './endpoints/acl-binding-rule.ts';
import { aclBootstrapWrites, aclTemplateReads } from './endpoints/acl-bootstrap.ts';
import { aclPolicyReads, aclPolicyWrites } from './endpoints/acl-policy.ts';
import { aclReplicationReads } from './endpoints/acl-replication.ts';
import { aclRoleReads, aclRoleWrites } from './endpoints/acl-role.ts';
import { aclTokenReads } from './endpoints/acl-token.ts';
import { aclTokenWrites } from './endpoints/acl-token-write.ts';
import { auditReads } from './endpoints/audit.ts';
import { changesReads } from './endpoints/changes.ts';
import { catalogReads, catalogWrites } from './endpoints/catalog.ts';
import { caConfigureWrites } from './endpoints/ca-configure.ts';
import { caSecondaryWrites } from './endpoints/ca-secondary.ts';
import { caSignWrites } from './endpoints/ca-sign.ts';
import { readsOfConnect, writesOfConnect } from './endpoints/connect-guard.ts';
import { connectReads } from './endpoints/connect.ts';
import { coordinateReads, coordinateWrites } from './endpoints/coordinate.ts';
import { configReads, configWrites } from './endpoints/config-entries.ts';
import type {
  ReadEndpoint,
  ReadEndpoints,
  WriteEndpoint,
  WriteEndpoints,
} from './endpoints/endpoint.ts';
import { chainReads } from './endpoints/discovery-chain.ts';
import { resolveProxyReads } from './endpoints/resolve-proxy.ts';
import { eventReads, eventWrites } from './endpoints/event.ts';
import { gatewayReads, gatewayWrites } from './endpoints/gateways.ts';
import { uiMeshReads } from './endpoints/ui-mesh.ts';
import { uiReads } from './endpoints/ui.ts';
import { healthReads } from './endpoints/health.ts';
import { intentionReads } from './endpoints/intentions.ts';
import { intentionWrites } from './endpoints/intention-writes.ts';
import { kvReads, kvWrites } from './endpoints/kv.ts';
import { kvHistoryReads, kvHistoryWrites } from './endpoints/kv-history.ts';
import { kvSchemaReads, kvSchemaWrites } from './endpoints/kv-schema.ts';
import { livenessReads, livenessWrites } from './endpoints/liveness.ts';
import { nodeReportWrites } from './endpoints/node-report.ts';
import { nodeStateReads } from './endpoints/node-state.ts';
import { operatorReads, operatorWrites } from './endpoints/operator.ts';
import { preparedQueryReads, preparedQueryWrites } from './endpoints/prepared-query.ts';
import { replicationReads, replicationWrites } from './endpoints/replication.ts';
import { sessionReads, sessionWrites } from './endpoints/session.ts';
import { statusReads } from './endpoints/status.ts';
import { txnReads, txnWrites } from './endpoints/txn.ts';

const READS: ReadEndpoints<ReadMethod> = {
  ...kvReads,
  ...kvHistoryReads,
  ...kvSchemaReads,
  ...changesReads,
  ...auditReads,
  ...sessionReads,
  ...txnReads,
  ...catalogReads,
  ...configReads,
  ...readsOfConnect(intentionReads),
  ...readsOfConnect(chainReads),
  ...resolveProxyReads,
  ...gatewayReads,
  ...uiReads,
  ...uiMeshReads,
  ...healthReads,
  ...coordinateReads,
  ...preparedQueryReads,
  ...nodeStateReads,
  ...livenessReads,
  ...eventReads,
  ...operatorReads,
  ...connectReads,
  ...replicationReads,
  ...aclAuthorizeReads,
  ...aclTemplateReads,
  ...aclReplicationReads,
  ...aclPolicyReads,
  ...aclRoleReads,
  ...aclTokenReads,
  ...aclAuthMethodReads,
  ...aclBindingRuleReads,
  ...statusReads,
};

const WRITES: WriteEndpoints<WriteMethod> = {
  ...kvWrites,
  ...kvHistoryWrites,
  ...kvSchemaWrites,
  ...operatorWrites,
  ...sessionWrites,
  ...txnWrites,
  ...catalogWrites,
  ...coordinateWrites,
  ...eventWrites,
  ...configWrites,
  ...caConfigureWrites,
  ...caSecondaryWrites,
  ...caSignWrites,
  ...writesOfConnect(intentionWrites),
  ...preparedQueryWrites,
  ...gatewayWrites,
  ...nodeReportWrites,
  ...livenessWrites,
  ...replicationWrites,
  ...aclBootstrapWrites,
  ...aclPolicyWrites,
  ...aclRoleWrites,
  ...aclTokenWrites,
  ...aclAuthMethodWrites,
  ...aclBindingRuleWrites,
};

/** An endpoint whose argument type is not known at this place: names and arguments came over the wire. */
export type AnyRead = ReadEndpoint<ReadMethod>;
export type AnyWrite = WriteEndpoint<WriteMethod>;

/** @throws RPCError for a name that the table does not have */
export function findEndpoint(method: string): AnyRead | AnyWrite {
  if (!Object.hasOwn(METHOD_KINDS, method)) {
    throw badRequest(
      `unknown method ${JSON.stringify(method)}: the sidecar may be newer than the datacenter`,
    );
  }
  const name = method as MethodName;
  const endpoint =
    METHOD_KINDS[name] === 'read' ? READS[name as ReadMethod] : WRITES[name as WriteMethod];
  return endpoint as unknown as AnyRead | AnyWrite;
}
