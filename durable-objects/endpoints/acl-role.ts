/** Roles: grants that several tokens share (Consul: agent/consul/acl_endpoint.go RoleSet and its neighbours). */
import { ROLE, type RoleInput } from '../../http-api/acl/acl-input.ts';
import { invalid, notFound } from '../../protocol/errors.ts';
import { toRole } from '../state/acl-render.ts';
import { deleteRoleTxn, setRoleTxn } from '../state/acl-roles.ts';
import {
  type RoleDefinition,
  findRoleRow,
  findRoleRowByName,
  roleRows,
} from '../state/acl-rows.ts';
import { topicIndex } from '../state/topic-index.ts';
import { ACL_POLICIES, ACL_ROLES } from '../watch/topics.ts';
import { readGrants } from './acl-grants.ts';
import { decodeInput, requireACLs, requirePrimary } from './acl-guard.ts';
import { isUUID, requireLookupID } from './acl-ids.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

/** Roles show the names of their policies. */
const TOPICS = [ACL_ROLES, ACL_POLICIES];

export const aclRoleReads: ReadEndpoints<'acl.role-read' | 'acl.role-list'> = {
  'acl.role-read': {
    kind: 'read',
    topics: () => TOPICS,
    read(context, { id, name }, authorizer) {
      requireACLs(context);
      authorizer.aclRead();
      const { sql } = context;
      const row =
        id === undefined
          ? findRoleRowByName(sql, String(name))
          : findRoleRow(sql, requireLookupID('role', id));
      const body = row === undefined ? '' : JSON.stringify(toRole(sql, row));
      return { index: topicIndex(sql, ...TOPICS), body };
    },
  },
  'acl.role-list': {
    kind: 'read',
    topics: () => TOPICS,
    read(context, { policy }, authorizer) {
      requireACLs(context);
      authorizer.aclRead();
      const { sql } = context;
      const wanted = policy === undefined ? undefined : requireLookupID('role', policy);
      const rows = roleRows(sql).filter(({ definition }) => {
        const { Policies = [] } = JSON.parse(definition) as RoleDefinition;
        return wanted === undefined || Policies.includes(wanted);
      });
      const body = JSON.stringify(rows.map((row) => toRole(sql, row)));
      return { index: topicIndex(sql, ...TOPICS), body };
    },
  },
};

export const aclRoleWrites: WriteEndpoints<'acl.role-set' | 'acl.role-delete'> = {
  'acl.role-set': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { value, id }, authorizer) {
      requireACLs(context);
      authorizer.aclWrite();
      requirePrimary(context, 'roles');
      const { sql } = context;
      const role = decodeInput<RoleInput>(value, ROLE);
      const { Name = '', Description = '' } = role;
      requireName(Name);
      const given = id ?? role.ID ?? '';
      const namesake = findRoleRowByName(sql, Name);
      if (given === '') {
        if (namesake !== undefined) throw taken('Role', Name);
      } else {
        if (!isUUID(given)) throw invalid('Role ID invalid UUID');
        const row = findRoleRow(sql, given);
        if (row === undefined) throw invalid(`cannot find role ${given}`);
        const known = JSON.parse(row.definition) as RoleDefinition;
        // Its own name in another case is taken too, as in Consul.
        if (namesake !== undefined && known.Name !== Name) throw taken('role', Name);
      }
      const grants = readGrants(sql, role, { kind: 'role', isLocal: false });
      const definition: Omit<RoleDefinition, 'Hash'> = { Name, Description, ...grants };
      return { value: definition, id: given === '' ? context.newUUID() : given };
    },
    apply(tx, { value, id }) {
      const row = setRoleTxn(tx, id!, value as Omit<RoleDefinition, 'Hash'>);
      return JSON.stringify(toRole(tx.sql, row));
    },
  },
  'acl.role-delete': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { id }, authorizer) {
      requireACLs(context);
      authorizer.aclWrite();
      requirePrimary(context, 'roles');
      const row = findRoleRow(context.sql, requireLookupID('role', id));
      if (row === undefined) throw notFound('Cannot find role to delete');
      return { id: row.id };
    },
    apply(tx, { id }) {
      const row = findRoleRow(tx.sql, id);
      if (row !== undefined) deleteRoleTxn(tx, row);
      return 'true';
    },
  },
};

const NAME = /^[A-Za-z0-9_-]{1,256}$/;

function requireName(name: string): void {
  if (name === '') throw invalid('Invalid Role: no Name is set');
  if (!NAME.test(name)) {
    throw invalid(
      "Invalid Role: invalid Name. Only alphanumeric characters, '-' and '_' are allowed",
    );
  }
}

function taken(word: string, name: string): Error {
  const noun = word === 'Role' ? 'Name' : 'name';
  return invalid(`Invalid Role: A ${word} with ${noun} ${JSON.stringify(name)} already exists`);
}
