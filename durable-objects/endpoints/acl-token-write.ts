/** Making, changing and deleting tokens, and logging out (Consul: agent/consul/acl_endpoint.go, auth/token_writer.go). */
import { TOKEN, type TokenInput } from '../../http-api/acl/acl-input.ts';
import { RPCError, badRequest, forbidden, invalid, notFound } from '../../protocol/errors.ts';
import { ANONYMOUS_ACCESSOR } from '../acl/authorizer.ts';
import { isPrimary } from '../acl-settings.ts';
import { toToken } from '../state/acl-render.ts';
import { type TokenDefinition, type TokenRow, findTokenRow } from '../state/acl-rows.ts';
import { type TokenContent, deleteTokenTxn, setTokenTxn } from '../state/acl-tokens.ts';
import { decodeInput, requireACLs } from './acl-guard.ts';
import { isUUID, requireLookupID } from './acl-ids.ts';
import { noToken } from './acl-token.ts';
import { newExpiry, newIDs, readFields, requireSameExpiry } from './acl-token-input.ts';
import type { EndpointContext, WriteEndpoints } from './endpoint.ts';

export const aclTokenWrites: WriteEndpoints<
  'acl.token-set' | 'acl.token-clone' | 'acl.token-delete' | 'acl.logout'
> = {
  'acl.token-set': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { value, id }, authorizer) {
      requireACLs(context);
      authorizer.aclWrite();
      const input = decodeInput<TokenInput>(value, TOKEN);
      const content =
        id === undefined ? newToken(context, input) : changedToken(context, input, id);
      return { value: content };
    },
    apply: (tx, { value }) =>
      JSON.stringify(toToken(tx.sql, setTokenTxn(tx, value as TokenContent), true)),
  },
  'acl.token-clone': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { value, accessor }, authorizer) {
      requireACLs(context);
      authorizer.aclWrite();
      const { Description } = decodeInput<TokenInput>(value, TOKEN);
      const row = findTokenRow(context.sql, requireLookupID('token', accessor));
      if (row === undefined) throw noToken();
      if (row.auth_method !== '') {
        throw invalid('Cannot clone a token created from an auth method');
      }
      const {
        Hash: _,
        ExpirationTime: __,
        ...fields
      } = JSON.parse(row.definition) as TokenDefinition;
      requireWriter(context, row.local === 1);
      const content: TokenContent = {
        accessor: context.newUUID(),
        secret: context.newUUID(),
        local: row.local === 1,
        expiresAt: row.expires_at,
        authMethod: '',
        fields: {
          ...fields,
          Description: Description || fields.Description,
          CreateTime: new Date(context.now()).toISOString(),
        },
      };
      return { accessor, value: content };
    },
    apply: (tx, { value }) =>
      JSON.stringify(toToken(tx.sql, setTokenTxn(tx, value as TokenContent), true)),
  },
  'acl.token-delete': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { accessor }, authorizer) {
      requireACLs(context);
      authorizer.aclWrite();
      if (!isUUID(String(accessor))) throw invalid('Accessor ID is missing or an invalid UUID');
      if (accessor === ANONYMOUS_ACCESSOR) {
        throw invalid('Delete operation not permitted on the anonymous token');
      }
      const row = findTokenRow(context.sql, accessor);
      if (row === undefined) throw notFound('Cannot find token to delete');
      if (row.accessor === authorizer.accessor) {
        throw invalid("Deletion of the request's authorization token is not permitted");
      }
      requireWriter(context, row.local === 1);
      return { accessor: row.accessor };
    },
    apply(tx, { accessor }) {
      const row = findTokenRow(tx.sql, accessor);
      if (row !== undefined) deleteTokenTxn(tx, row);
      return 'true';
    },
  },
  'acl.logout': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, _args, authorizer) {
      requireACLs(context);
      if (authorizer.accessor === ANONYMOUS_ACCESSOR) {
        throw new RPCError('unauthorized', 'Supplied token does not exist');
      }
      const row = findTokenRow(context.sql, authorizer.accessor);
      if (row === undefined) throw forbidden('ACL not found');
      if (row.auth_method === '') {
        throw forbidden("Permission denied: token wasn't created via login");
      }
      return { accessor: row.accessor };
    },
    apply(tx, { accessor = '' }) {
      const row = findTokenRow(tx.sql, accessor);
      if (row !== undefined) deleteTokenTxn(tx, row);
      return 'true';
    },
  },
};

/** Global tokens are written in the primary: here the next comparison would undo it. */
function requireWriter({ acl, datacenter }: EndpointContext, isLocal: boolean): void {
  if (isLocal || isPrimary(acl, datacenter)) return;
  throw badRequest(
    `global tokens are written in the primary datacenter ${JSON.stringify(acl.primaryDatacenter)}`,
  );
}

function newToken(context: EndpointContext, input: TokenInput): TokenContent {
  const local = input.Local === true;
  requireWriter(context, local);
  const [accessor, secret] = newIDs(context, input);
  if (input.AuthMethod) {
    throw invalid('AuthMethod field is disallowed outside of login');
  }
  const now = context.now();
  const expiresAt = newExpiry(input, now);
  const fields = readFields(context.sql, input, new Date(now).toISOString());
  return { accessor, secret, local, expiresAt, authMethod: '', fields };
}

function changedToken(context: EndpointContext, input: TokenInput, id: string): TokenContent {
  if (!isUUID(String(id))) throw invalid('AccessorID is not a valid UUID');
  const row: TokenRow | undefined = findTokenRow(context.sql, id);
  if (row === undefined) throw invalid(`Cannot find token ${JSON.stringify(id)}`);
  requireWriter(context, row.local === 1);
  const { SecretID = '', Local = row.local === 1 } = input;
  if (SecretID !== '' && SecretID.toLowerCase() !== row.secret) {
    throw invalid("Changing a token's SecretID is not permitted");
  }
  if (Local !== (row.local === 1)) throw invalid(`Cannot toggle local mode of ${row.accessor}`);
  const { AuthMethod = '', CreateTime } = JSON.parse(row.definition) as TokenDefinition;
  if (input.AuthMethod && input.AuthMethod !== AuthMethod) {
    throw invalid(`Cannot change AuthMethod of ${row.accessor}`);
  }
  requireSameExpiry(input, row);
  const fields = readFields(context.sql, { ...input, Local }, CreateTime);
  const { accessor, secret, expires_at } = row;
  return { accessor, secret, local: Local, expiresAt: expires_at, authMethod: AuthMethod, fields };
}
