/** What an ACL system begins with: the policies of Consul's own, the anonymous token, and the first management token. */
import { ANONYMOUS_ACCESSOR } from '../acl/authorizer.ts';
import { BUILTIN_POLICIES, MANAGEMENT_POLICY_ID } from '../acl/builtin-policies.ts';
import { isPrimary } from '../acl-settings.ts';
import type { EndpointContext } from '../endpoints/endpoint.ts';
import type { WriteTxn, Writer } from '../writer.ts';
import { findPolicyRow, findTokenRow, findTokenRowBySecret } from './acl-rows.ts';
import { setPolicyTxn } from './acl-policies.ts';
import { setTokenTxn } from './acl-tokens.ts';

/** The secret that stands for requests without a token. */
export const ANONYMOUS_SECRET = 'anonymous';

export interface FirstToken {
  readonly accessor: string;
  readonly secret: string;
}

/** At each start. A secondary gets them from its primary. */
export function foundACLs(
  writer: Writer,
  { acl, datacenter, newUUID }: Pick<EndpointContext, 'acl' | 'datacenter' | 'newUUID'>,
): void {
  if (!acl.enabled || !isPrimary(acl, datacenter)) return;
  const secret = acl.initialManagement;
  const initial = secret === '' ? null : { accessor: newUUID(), secret };
  writer.apply('datacenter', (tx) => foundACLsTxn(tx, initial));
}

/** What is there already stays. */
function foundACLsTxn(tx: WriteTxn, initial: FirstToken | null): void {
  for (const { ID, ...policy } of BUILTIN_POLICIES) {
    if (findPolicyRow(tx.sql, ID)?.definition.includes(JSON.stringify(policy.Rules)) !== true) {
      setPolicyTxn(tx, ID, policy);
    }
  }
  if (initial !== null && findTokenRowBySecret(tx.sql, initial.secret) === undefined) {
    makeManagementTokenTxn(tx, initial, 'Initial Management Token');
  }
  if (findTokenRow(tx.sql, ANONYMOUS_ACCESSOR) === undefined) {
    setTokenTxn(tx, {
      accessor: ANONYMOUS_ACCESSOR,
      secret: ANONYMOUS_SECRET,
      local: false,
      expiresAt: null,
      authMethod: '',
      fields: { Description: 'Anonymous Token', CreateTime: new Date(tx.now).toISOString() },
    });
  }
}

/** Notes that the ACL system is bootstrapped: there is a token that may do everything. */
export function makeManagementTokenTxn(
  tx: WriteTxn,
  { accessor, secret }: FirstToken,
  description: string,
): void {
  setTokenTxn(tx, {
    accessor,
    secret,
    local: false,
    expiresAt: null,
    authMethod: '',
    fields: {
      Description: description,
      Policies: [MANAGEMENT_POLICY_ID],
      CreateTime: new Date(tx.now).toISOString(),
    },
  });
  tx.sql.exec("INSERT OR REPLACE INTO acl_bootstrap (id, idx) VALUES ('bootstrap', ?)", tx.index);
}
