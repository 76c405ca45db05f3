/** Who may read a change: whoever may read what it is about. What nobody's rights cover takes those of an operator. */
import type { Authorizer } from '../acl/authorizer.ts';
import { allows } from '../acl/allows.ts';
import {
  type ChangeSubject,
  type ChangeTopic,
  familyOf,
  nodeOfKey,
} from '../watch/change-topics.ts';

type Right = (authorizer: Authorizer, change: ChangeSubject) => boolean;

const RIGHTS: Readonly<Record<string, Right>> = {
  kv: (authorizer, { key }) => allows(() => authorizer.keyRead(key)),
  'kv-schema': (authorizer, { key }) => allows(() => authorizer.keyList(key)),
  node: (authorizer, { key }) => authorizer.nodeRead(key),
  coordinate: (authorizer, { key }) => authorizer.nodeRead(nodeOfKey(key)),
  service: (authorizer, change) => mayReadScope(authorizer, change, authorizer.serviceRead),
  check(authorizer, change) {
    // A node's own check belongs to no service.
    if (change.scope === '') return authorizer.nodeRead(nodeOfKey(change.key));
    return mayReadScope(authorizer, change, authorizer.serviceRead);
  },
  session: (authorizer, change) => mayReadScope(authorizer, change, authorizer.sessionRead),
  'acl-policy': mayReadACLs,
  'acl-role': mayReadACLs,
  'acl-token': mayReadACLs,
  'acl-auth-method': mayReadACLs,
  'acl-binding-rule': mayReadACLs,
  event: (authorizer, { key }) => authorizer.eventRead(key),
};

export function mayReadChange(authorizer: Authorizer, change: ChangeSubject): boolean {
  const right = RIGHTS[familyOf(change.kind)] ?? mayOperate;
  return right(authorizer, change);
}

/** @throws RPCError forbidden for keys that the token may not read; of anything else it is shown what it may see */
export function requireTopics(authorizer: Authorizer, topics: readonly ChangeTopic[]): void {
  for (const { kv } of topics) {
    if (kv === undefined) continue;
    if ('key' in kv) authorizer.keyRead(kv.key);
    else authorizer.keyList(kv.prefix);
  }
}

function mayReadACLs(authorizer: Authorizer): boolean {
  return authorizer.allows('acl', 'read');
}

const mayOperate: Right = (authorizer) => allows(() => authorizer.operatorRead());

/** Changes of versions before scopes were recorded have none. */
function mayReadScope(
  authorizer: Authorizer,
  change: ChangeSubject,
  mayRead: (scope: string) => boolean,
): boolean {
  if (!change.scope) return mayOperate(authorizer, change);
  return mayRead.call(authorizer, change.scope);
}
