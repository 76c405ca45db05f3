/** The first management token, and templates (Consul: agent/consul/acl_endpoint.go BootstrapTokens; agent/acl_endpoint.go). */
import { RPCError, badRequest, invalid } from '../../protocol/errors.ts';
import { POLICY_TEMPLATES, renderTemplate } from '../acl/templates.ts';
import { makePolicy } from '../state/acl-expand.ts';
import { makeManagementTokenTxn } from '../state/acl-found.ts';
import { toToken } from '../state/acl-render.ts';
import { bootstrapIndex, findTokenRow } from '../state/acl-rows.ts';
import { faultOfVariables } from './acl-grants.ts';
import { requireACLs, requirePrimary } from './acl-guard.ts';
import { newIDs } from './acl-token-input.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

const DESCRIPTION = 'Bootstrap Token (Global Management)';

export const aclBootstrapWrites: WriteEndpoints<'acl.bootstrap'> = {
  'acl.bootstrap': {
    kind: 'write',
    throwsBeforeWriting: true,
    /** Nobody has a token yet, so nobody is asked for one: whoever comes first, or may reset it, gets it. */
    prepare(context, { secret = '', reset }) {
      requireACLs(context);
      requirePrimary(context, 'ACLs');
      const done = bootstrapIndex(context.sql);
      const allowed = reset ?? context.acl.resetIndex ?? 0;
      if (done !== undefined && done !== allowed) {
        // A wrong index is a mistake of an operator's, and Consul's answer to it another one than to everybody else.
        throw allowed === 0
          ? new RPCError(
              'forbidden',
              `Permission denied: ACL bootstrap no longer allowed (reset index: ${done})`,
            )
          : invalid(`Invalid bootstrap reset index (specified ${allowed}, reset index: ${done})`);
      }
      return { secret: newIDs(context, { SecretID: String(secret) }).join(' ') };
    },
    apply(tx, { secret: ids = '' }) {
      const [accessor = '', secret = ''] = ids.split(' ');
      makeManagementTokenTxn(tx, { accessor, secret }, DESCRIPTION);
      const token = toToken(tx.sql, findTokenRow(tx.sql, accessor)!, true);
      // Consul's oldest clients look for the secret under this name.
      return JSON.stringify({ ID: secret, ...token });
    },
  },
};

export const aclTemplateReads: ReadEndpoints<'acl.templates' | 'acl.template-preview'> = {
  'acl.templates': {
    kind: 'read',
    topics: () => [],
    read(context, _args, authorizer) {
      requireACLs(context);
      authorizer.aclRead();
      const names = [...POLICY_TEMPLATES.keys()].toSorted();
      const views = names.map((name) => [name, renderTemplate(POLICY_TEMPLATES.get(name)!)]);
      return { index: context.info().Index, body: JSON.stringify(Object.fromEntries(views)) };
    },
  },
  'acl.template-preview': {
    kind: 'read',
    topics: () => [],
    read(context, { template: name, name: Name }, authorizer) {
      requireACLs(context);
      authorizer.aclRead();
      const template = POLICY_TEMPLATES.get(name);
      const quoted = JSON.stringify(name);
      if (template === undefined) throw badRequest(`templated policy ${quoted} does not exist`);
      const fault = faultOfVariables(template, { Name });
      if (fault !== undefined) {
        throw badRequest(`validation error for templated policy: ${quoted}: ${fault}`);
      }
      return { index: context.info().Index, body: JSON.stringify(makePolicy(name, Name)) };
    },
  },
};
