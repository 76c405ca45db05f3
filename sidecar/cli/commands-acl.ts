/** The commands below `acl`, and those that get and give back a token. */
import type { CommandEntry } from './registry.ts';

function group(path: string, synopsis: string): CommandEntry {
  return { path, synopsis };
}

export const ACL_COMMANDS: readonly CommandEntry[] = [
  group('acl', 'Interact with access control lists (ACLs)'),
  {
    path: 'acl bootstrap',
    synopsis: 'Bootstrap the ACL system',
    load: () => import('./commands/acl-bootstrap.ts'),
  },
  {
    path: 'acl set-agent-token',
    synopsis: "Assign tokens for the agent's usage",
    load: () => import('./commands/acl-set-agent-token.ts'),
  },
  group('acl auth-method', 'Manage ACL auth methods'),
  {
    path: 'acl auth-method create',
    synopsis: 'Create an ACL auth method',
    load: () => import('./commands/acl-auth-method-create.ts'),
  },
  {
    path: 'acl auth-method delete',
    synopsis: 'Delete an ACL auth method',
    load: () => import('./commands/acl-auth-method-delete.ts'),
  },
  {
    path: 'acl auth-method list',
    synopsis: 'Lists ACL auth methods',
    load: () => import('./commands/acl-auth-method-list.ts'),
  },
  {
    path: 'acl auth-method read',
    synopsis: 'Read an ACL auth method',
    load: () => import('./commands/acl-auth-method-read.ts'),
  },
  {
    path: 'acl auth-method update',
    synopsis: 'Update an ACL auth method',
    load: () => import('./commands/acl-auth-method-update.ts'),
  },
  group('acl binding-rule', 'Manage ACL binding rules'),
  {
    path: 'acl binding-rule create',
    synopsis: 'Create an ACL binding rule',
    load: () => import('./commands/acl-binding-rule-create.ts'),
  },
  {
    path: 'acl binding-rule delete',
    synopsis: 'Delete an ACL binding rule',
    load: () => import('./commands/acl-binding-rule-delete.ts'),
  },
  {
    path: 'acl binding-rule list',
    synopsis: 'Lists ACL binding rules',
    load: () => import('./commands/acl-binding-rule-list.ts'),
  },
  {
    path: 'acl binding-rule read',
    synopsis: 'Read an ACL binding rule',
    load: () => import('./commands/acl-binding-rule-read.ts'),
  },
  {
    path: 'acl binding-rule update',
    synopsis: 'Update an ACL binding rule',
    load: () => import('./commands/acl-binding-rule-update.ts'),
  },
  group('acl policy', 'Manage ACL policies'),
  {
    path: 'acl policy create',
    synopsis: 'Create an ACL policy',
    load: () => import('./commands/acl-policy-create.ts'),
  },
  {
    path: 'acl policy delete',
    synopsis: 'Delete an ACL policy',
    load: () => import('./commands/acl-policy-delete.ts'),
  },
  {
    path: 'acl policy list',
    synopsis: 'Lists ACL policies',
    load: () => import('./commands/acl-policy-list.ts'),
  },
  {
    path: 'acl policy read',
    synopsis: 'Read an ACL policy',
    load: () => import('./commands/acl-policy-read.ts'),
  },
  {
    path: 'acl policy update',
    synopsis: 'Update an ACL policy',
    load: () => import('./commands/acl-policy-update.ts'),
  },
  group('acl role', 'Manage ACL roles'),
  {
    path: 'acl role create',
    synopsis: 'Create an ACL role',
    load: () => import('./commands/acl-role-create.ts'),
  },
  {
    path: 'acl role delete',
    synopsis: 'Delete an ACL role',
    load: () => import('./commands/acl-role-delete.ts'),
  },
  {
    path: 'acl role list',
    synopsis: 'Lists ACL roles',
    load: () => import('./commands/acl-role-list.ts'),
  },
  {
    path: 'acl role read',
    synopsis: 'Read an ACL role',
    load: () => import('./commands/acl-role-read.ts'),
  },
  {
    path: 'acl role update',
    synopsis: 'Update an ACL role',
    load: () => import('./commands/acl-role-update.ts'),
  },
  group('acl templated-policy', 'Manage ACL templated policies'),
  {
    path: 'acl templated-policy list',
    synopsis: 'Lists ACL templated policies',
    load: () => import('./commands/acl-templated-policy-list.ts'),
  },
  {
    path: 'acl templated-policy preview',
    synopsis: 'Preview the policy that a templated policy renders',
    load: () => import('./commands/acl-templated-policy-preview.ts'),
  },
  {
    path: 'acl templated-policy read',
    synopsis: 'Read an ACL templated policy',
    load: () => import('./commands/acl-templated-policy-read.ts'),
  },
  group('acl token', 'Manage ACL tokens'),
  {
    path: 'acl token clone',
    synopsis: 'Clone an ACL token',
    load: () => import('./commands/acl-token-clone.ts'),
  },
  {
    path: 'acl token create',
    synopsis: 'Create an ACL token',
    load: () => import('./commands/acl-token-create.ts'),
  },
  {
    path: 'acl token delete',
    synopsis: 'Delete an ACL token',
    load: () => import('./commands/acl-token-delete.ts'),
  },
  {
    path: 'acl token list',
    synopsis: 'List ACL tokens',
    load: () => import('./commands/acl-token-list.ts'),
  },
  {
    path: 'acl token read',
    synopsis: 'Read an ACL token',
    load: () => import('./commands/acl-token-read.ts'),
  },
  {
    path: 'acl token update',
    synopsis: 'Update an ACL token',
    load: () => import('./commands/acl-token-update.ts'),
  },
  {
    path: 'login',
    synopsis: 'Login using an auth method',
    load: () => import('./commands/login.ts'),
  },
  {
    path: 'logout',
    synopsis: 'Destroy a token created with login',
    load: () => import('./commands/logout.ts'),
  },
];
