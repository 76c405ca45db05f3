/** Auth methods (Consul: agent/consul/acl_endpoint.go AuthMethodSet and its neighbours). */
import { AUTH_METHOD, type AuthMethodInput } from '../../http-api/acl/acl-input.ts';
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import { parseDuration, renderDuration } from '../../protocol/duration.ts';
import { badRequest, invalid, notFound } from '../../protocol/errors.ts';
import { MAX_POLICY_CHARS, TOKEN_MIN_TTL_MS } from '../../protocol/limits.ts';
import { AuthMethodError, checkAuthMethod } from '../acl/auth-method-rules.ts';
import type { SQL } from '../db/storage.ts';
import {
  type AuthMethodDefinition,
  authMethodRows,
  deleteAuthMethodTxn,
  findAuthMethodRow,
  setAuthMethodTxn,
  toAuthMethod,
} from '../state/acl-auth.ts';
import { topicIndex } from '../state/topic-index.ts';
import { ACL_AUTH_METHODS } from '../watch/topics.ts';
import { decodeInput, requireACLs } from './acl-guard.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

export const aclAuthMethodReads: ReadEndpoints<'acl.auth-method-read' | 'acl.auth-method-list'> = {
  'acl.auth-method-read': {
    kind: 'read',
    topics: () => [ACL_AUTH_METHODS],
    read(context, { name }, authorizer) {
      requireACLs(context);
      authorizer.aclRead();
      const row = findAuthMethodRow(context.sql, String(name));
      const body = row === undefined ? '' : JSON.stringify(toAuthMethod(row));
      return { index: topicIndex(context.sql, ACL_AUTH_METHODS), body };
    },
  },
  'acl.auth-method-list': {
    kind: 'read',
    topics: () => [ACL_AUTH_METHODS],
    read(context, _args, authorizer) {
      requireACLs(context);
      authorizer.aclRead();
      const list = authMethodRows(context.sql).map((row) => {
        const { Config: _, ...shown } = toAuthMethod(row);
        return shown;
      });
      return { index: topicIndex(context.sql, ACL_AUTH_METHODS), body: JSON.stringify(list) };
    },
  },
};

export const aclAuthMethodWrites: WriteEndpoints<'acl.auth-method-set' | 'acl.auth-method-delete'> =
  {
    'acl.auth-method-set': {
      kind: 'write',
      throwsBeforeWriting: true,
      prepare(context, { value, id }, authorizer) {
        requireACLs(context);
        authorizer.aclWrite();
        const input = decodeInput<AuthMethodInput>(value, AUTH_METHOD);
        return { value: readMethod(context.sql, { ...input, Name: id || (input.Name ?? '') }) };
      },
      apply: (tx, { value }) =>
        JSON.stringify(toAuthMethod(setAuthMethodTxn(tx, value as AuthMethodDefinition))),
    },
    'acl.auth-method-delete': {
      kind: 'write',
      prepare(context, { name }, authorizer) {
        requireACLs(context);
        authorizer.aclWrite();
        const row = findAuthMethodRow(context.sql, String(name));
        if (row === undefined) throw notFound('Cannot find auth method to delete');
        return { name: row.name_key };
      },
      apply(tx, { name }) {
        const row = findAuthMethodRow(tx.sql, name);
        if (row !== undefined) deleteAuthMethodTxn(tx, row);
        return 'true';
      },
    },
  };

const NAME = /^[A-Za-z0-9_-]{1,128}$/;
const LOCALITIES: ReadonlySet<string> = new Set(['', 'local', 'global']);
const NANOS_PER_MS = 1e6;

/** Creates or replaces, as in Consul; the type alone stays. */
function readMethod(sql: SQL, input: AuthMethodInput): AuthMethodDefinition {
  const { Name = '', DisplayName = '', Description = '', TokenLocality = '', Config } = input;
  if (Name === '') throw refused('no Name is set');
  if (!NAME.test(Name)) {
    throw refused("invalid Name. Only alphanumeric characters, '-' and '_' are allowed");
  }
  const existing = findAuthMethodRow(sql, Name);
  const known = existing && toAuthMethod(existing);
  const Type = input.Type || (known?.Type ?? '');
  if (known !== undefined && known.Type !== Type) {
    throw invalid('the Type field of an Auth Method is immutable');
  }
  const ttlMs = readTTL(input.MaxTokenTTL);
  if (ttlMs !== 0 && ttlMs < TOKEN_MIN_TTL_MS) {
    const [given, least] = [renderDuration(ttlMs), renderDuration(TOKEN_MIN_TTL_MS)];
    throw invalid(`MaxTokenTTL ${given} cannot be less than ${least}`);
  }
  if (!LOCALITIES.has(TokenLocality)) {
    throw refused("TokenLocality should be one of 'local' or 'global'");
  }
  try {
    checkAuthMethod(Type, Config ?? {});
  } catch (error) {
    if (error instanceof AuthMethodError) throw refused(error.message);
    throw error;
  }
  if (JSON.stringify(Config ?? {}).length > MAX_POLICY_CHARS) {
    throw refused(`a configuration has at most ${MAX_POLICY_CHARS} characters`);
  }
  return {
    ...(ttlMs === 0 ? {} : { MaxTokenTTL: renderDuration(ttlMs) }),
    Name,
    Type,
    ...(DisplayName === '' ? {} : { DisplayName }),
    ...(Description === '' ? {} : { Description }),
    ...(TokenLocality === '' ? {} : { TokenLocality }),
    // In one order, as Consul shows it: equal ones have equal texts.
    Config: Config === undefined ? null : sortedKeys(Config),
  };
}

function sortedKeys(config: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(canonicalJSON(config)) as Record<string, unknown>;
}

function readTTL(given: string | number | undefined): number {
  if (given === undefined || given === '') return 0;
  if (typeof given === 'number') return given / NANOS_PER_MS;
  const ttlMs = parseDuration(given);
  if (ttlMs === null) {
    throw badRequest(`AuthMethod decoding failed: time: invalid duration ${JSON.stringify(given)}`);
  }
  return ttlMs;
}

function refused(text: string): Error {
  return invalid(`Invalid Auth Method: ${text}`);
}
