/** How far a secondary has come in following its primary (Consul: agent/consul/acl_endpoint.go ReplicationStatus). */
import type { ACLReplicationStatus } from '../../protocol/types/acl.ts';
import type { ReplicationState } from '../../protocol/types/replication.ts';
import { isPrimary } from '../acl-settings.ts';
import { findReplication } from '../state/replications.ts';
import { requireACLs } from './acl-guard.ts';
import type { ReadEndpoints } from './endpoint.ts';

/** Go's zero time: nothing has happened yet. */
const NEVER = '0001-01-01T00:00:00Z';

export const aclReplicationReads: ReadEndpoints<'acl.replication'> = {
  'acl.replication': {
    kind: 'read',
    topics: () => [],
    /** Whoever may watch over a datacenter may ask, so it takes no right, as in Consul. */
    read(context) {
      requireACLs(context);
      const { sql, acl, datacenter, info } = context;
      const enabled = !isPrimary(acl, datacenter);
      const policies = findReplication(sql, 'acl-policies');
      const roles = findReplication(sql, 'acl-roles');
      const tokens = findReplication(sql, 'acl-tokens');
      const wanted = acl.tokenReplication ? [policies, roles, tokens] : [policies, roles];
      const failing = wanted.find((state) => (state?.Problem ?? '') !== '');
      const status: ACLReplicationStatus = {
        Enabled: enabled,
        Running: enabled && wanted.every((state) => isRunning(state)),
        SourceDatacenter: enabled ? acl.primaryDatacenter : '',
        ReplicationType: enabled ? (acl.tokenReplication ? 'tokens' : 'policies') : '',
        ReplicatedIndex: indexOf(policies),
        ReplicatedRoleIndex: indexOf(roles),
        ReplicatedTokenIndex: indexOf(tokens),
        LastSuccess: lastSuccess(wanted),
        LastError: failing?.UpdatedAt ?? NEVER,
        LastErrorMessage: failing?.Problem ?? '',
      };
      return { index: info().Index, body: JSON.stringify(status) };
    },
  },
};

function isRunning(state: ReplicationState | undefined): boolean {
  return state !== undefined && state.Position !== '' && state.Problem === '';
}

/** Of the source's log. */
function indexOf(state: ReplicationState | undefined): number {
  return Number.parseInt(state?.Position || '0', 10);
}

function lastSuccess(states: readonly (ReplicationState | undefined)[]): string {
  const times = states
    .filter((state) => state !== undefined && state.Position !== '')
    .map((state) => state!.UpdatedAt);
  return times.toSorted().at(-1) ?? NEVER;
}
