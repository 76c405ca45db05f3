/** The datacenter's part of a login. Only the Worker calls it: no method of the link carries an identity that somebody else verified. */
import { forbidden, invalid, toRPCError } from '../protocol/errors.ts';
import { parseDuration } from '../protocol/duration.ts';
import type { Reply } from '../protocol/frames.ts';
import { BindingError, type VerifiedIdentity } from './acl/binding.ts';
import { isPrimary } from './acl-settings.ts';
import { type DatacenterState, renderFailure } from './datacenter-state.ts';
import { bind } from './endpoints/acl-bindings.ts';
import { requireACLs } from './endpoints/acl-guard.ts';
import { findAuthMethodRow, toAuthMethod } from './state/acl-auth.ts';
import { toToken } from './state/acl-render.ts';
import { setTokenTxn } from './state/acl-tokens.ts';

/** An auth method with its configuration, '' where there is none. */
export function readAuthMethod({ context }: DatacenterState, name: string): Reply {
  return replying(() => {
    requireACLs(context);
    const row = findAuthMethodRow(context.sql, name);
    return { index: 0, body: row === undefined ? '' : JSON.stringify(toAuthMethod(row)) };
  });
}

/** Makes a token with everything that the method's rules give to this identity. */
export function logIn(
  state: DatacenterState,
  name: string,
  identity: VerifiedIdentity,
  meta: Readonly<Record<string, string>>,
): Reply {
  return replying(() => {
    const { context } = state;
    requireACLs(context);
    const { sql, datacenter, acl } = context;
    const row = findAuthMethodRow(sql, name);
    if (row === undefined) {
      throw forbidden(`ACL not found: auth method ${JSON.stringify(name)} not found`);
    }
    const method = toAuthMethod(row);
    const grants = bindOrRefuse(sql, datacenter, method.Name, method.Type, identity);
    if (grants === undefined) throw forbidden('Permission denied');
    const local = method.TokenLocality !== 'global';
    if (!local && !isPrimary(acl, datacenter)) {
      throw forbidden('global tokens are given by logins in the primary datacenter');
    }
    const now = context.now();
    const ttlMs = parseDuration(method.MaxTokenTTL ?? '') ?? 0;
    const suffix = Object.keys(meta).length === 0 ? '' : `: ${JSON.stringify(meta)}`;
    const content = {
      accessor: context.newUUID(),
      secret: context.newUUID(),
      local,
      expiresAt: ttlMs > 0 ? now + ttlMs : null,
      authMethod: method.Name,
      fields: {
        Description: `token created via login${suffix}`,
        ...grants,
        CreateTime: new Date(now).toISOString(),
      },
    };
    const { index, value } = state.batch(() =>
      state.writer.write(`login:${method.Name}`, (tx) =>
        JSON.stringify(toToken(sql, setTokenTxn(tx, content), true)),
      ),
    );
    return { index, body: value };
  });
}

function bindOrRefuse(
  sql: DatacenterState['context']['sql'],
  datacenter: string,
  name: string,
  type: string,
  identity: VerifiedIdentity,
): ReturnType<typeof bind> {
  try {
    return bind(sql, datacenter, { name, type }, identity);
  } catch (error) {
    // Which rule it was is nobody's business who logs in.
    if (error instanceof BindingError) {
      throw invalid(error.message.replace(/^failed to validate bindType "[^"]*": /, ''));
    }
    throw error;
  }
}

function replying(work: () => Reply): Reply {
  try {
    return work();
  } catch (error) {
    return renderFailure(toRPCError(error));
  }
}
