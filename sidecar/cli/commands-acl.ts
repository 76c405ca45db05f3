/** The commands below `acl`. */
import type { CommandEntry } from './registry.ts';
import { notBuiltYet } from './unavailable.ts';

function group(path: string, synopsis: string): CommandEntry {
  return { path, synopsis };
}

export const ACL_COMMANDS: readonly CommandEntry[] = [
  group('acl', 'Interact with access control lists (ACLs)'),
  notBuiltYet('acl bootstrap', 'Bootstrap the ACL system'),
  notBuiltYet('acl set-agent-token', "Assign tokens for the agent's usage"),
  group('acl auth-method', 'Manage ACL auth methods'),
  notBuiltYet('acl auth-method create', 'Create an ACL auth method'),
  notBuiltYet('acl auth-method delete', 'Delete an ACL auth method'),
  notBuiltYet('acl auth-method list', 'Lists ACL auth methods'),
  notBuiltYet('acl auth-method read', 'Read an ACL auth method'),
  notBuiltYet('acl auth-method update', 'Update an ACL auth method'),
  group('acl binding-rule', 'Manage ACL binding rules'),
  notBuiltYet('acl binding-rule create', 'Create an ACL binding rule'),
  notBuiltYet('acl binding-rule delete', 'Delete an ACL binding rule'),
  notBuiltYet('acl binding-rule list', 'Lists ACL binding rules'),
  notBuiltYet('acl binding-rule read', 'Read an ACL binding rule'),
  notBuiltYet('acl binding-rule update', 'Update an ACL binding rule'),
  group('acl policy', 'Manage ACL policies'),
  notBuiltYet('acl policy create', 'Create an ACL policy'),
  notBuiltYet('acl policy delete', 'Delete an ACL policy'),
  notBuiltYet('acl policy list', 'Lists ACL policies'),
  notBuiltYet('acl policy read', 'Read an ACL policy'),
  notBuiltYet('acl policy update', 'Update an ACL policy'),
  group('acl role', 'Manage ACL roles'),
  notBuiltYet('acl role create', 'Create an ACL role'),
  notBuiltYet('acl role delete', 'Delete an ACL role'),
  notBuiltYet('acl role list', 'Lists ACL roles'),
  notBuiltYet('acl role read', 'Read an ACL role'),
  notBuiltYet('acl role update', 'Update an ACL role'),
  group('acl templated-policy', 'Manage ACL templated policies'),
  notBuiltYet('acl templated-policy list', 'Lists ACL templated policies'),
  notBuiltYet('acl templated-policy preview', 'Preview the policy that a templated policy renders'),
  notBuiltYet('acl templated-policy read', 'Read an ACL templated policy'),
  group('acl token', 'Manage ACL tokens'),
  notBuiltYet('acl token clone', 'Clone an ACL token'),
  notBuiltYet('acl token create', 'Create an ACL token'),
  notBuiltYet('acl token delete', 'Delete an ACL token'),
  notBuiltYet('acl token list', 'List ACL tokens'),
  notBuiltYet('acl token read', 'Read an ACL token'),
  notBuiltYet('acl token update', 'Update an ACL token'),
];
