/**
 * Writing tokens (Consul: agent/consul/state/acl.go).
 *
 * The secret stands in its row alone: it never reaches the change log.
 */
import { ACL_TOKENS } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { touchACLTxn } from './acl-changed.ts';
import { identityFields, policyFields } from './acl-grants-hash.ts';
import { hashFields } from './acl-hash.ts';
import { type TokenDefinition, type TokenRow, findTokenRow, tokensTable } from './acl-rows.ts';
import { clearTimerTxn, setTimerTxn } from './timers.ts';

export interface TokenContent {
  readonly accessor: string;
  readonly secret: string;
  readonly local: boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | null;
  /** '' for one that no login made. */
  readonly authMethod: string;
  readonly fields: Omit<TokenDefinition, 'Hash' | 'AuthMethod' | 'ExpirationTime'>;
}

/** Creates or replaces; an equal one is no change. */
export function setTokenTxn(tx: WriteTxn, token: TokenContent): TokenRow {
  const { accessor, secret, local, expiresAt, authMethod, fields } = token;
  const existing = findTokenRow(tx.sql, accessor);
  const definition: TokenDefinition = {
    ...fields,
    ...(authMethod === '' ? {} : { AuthMethod: authMethod }),
    ...(expiresAt === null ? {} : { ExpirationTime: new Date(expiresAt).toISOString() }),
    Hash: hashFields([
      fields.Description,
      local ? 'local' : 'global',
      ...policyFields(fields),
      ...(fields.Roles ?? []),
      ...identityFields(fields),
    ]),
  };
  const row = tokensTable.putTxn(tx, existing, {
    accessor: accessor.toLowerCase(),
    secret: secret.toLowerCase(),
    local: local ? 1 : 0,
    expires_at: expiresAt,
    auth_method: authMethod.toLowerCase(),
    definition: JSON.stringify(definition),
  });
  if (row === existing) return row;
  if (expiresAt !== null) setTimerTxn(tx, 'acl-token', row.accessor, expiresAt);
  tx.record({
    kind: 'acl-token.set',
    key: row.accessor,
    previousIndex: existing?.modify_index ?? 0,
    value: row.definition,
  });
  touchACLTxn(tx, ACL_TOKENS);
  return row;
}

export function deleteTokenTxn(tx: WriteTxn, row: TokenRow): void {
  tokensTable.delete(tx.sql, row);
  if (row.expires_at !== null) clearTimerTxn(tx, 'acl-token', row.accessor);
  tx.record({
    kind: 'acl-token.delete',
    key: row.accessor,
    previousIndex: row.modify_index,
    value: null,
  });
  touchACLTxn(tx, ACL_TOKENS);
}

/** For the timer of its expiry. */
export function expireTokenTxn(tx: WriteTxn, accessor: string): void {
  const row = findTokenRow(tx.sql, accessor);
  if (row?.expires_at == null) return;
  if (row.expires_at > tx.now) setTimerTxn(tx, 'acl-token', row.accessor, row.expires_at);
  else deleteTokenTxn(tx, row);
}
