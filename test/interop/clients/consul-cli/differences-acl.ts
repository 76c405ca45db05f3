/** As `differences.ts`, where ACLs are on. */
import type { Difference } from './differences.ts';

const NAMES_ID: Difference = {
  cli: true,
  reason: 'the beginning of the ID that was given is named; Consul names none',
};
const SAYS_WHY: Difference = {
  cli: true,
  reason: 'the refusal says why; Consul answers with nothing',
};
const OWN_PARSER: Difference = {
  agent: true,
  cli: true,
  reason: 'the words of our parser, with the place',
};
const NO_THREE_PARTS: Difference = {
  agent: true,
  cli: true,
  reason: 'what is no JWT is told by its parts; Consul takes text in braces for another form of it',
};

export const ACL_DIFFERENCES: Readonly<Record<string, Difference>> = {
  'acl policy create -name=p6 -rules=nonsense': OWN_PARSER,
  'acl policy delete -name=global-management': SAYS_WHY,
  'acl policy delete -id=00000000-0000-0000-0000-000000000001': SAYS_WHY,
  'acl role create -name=r3 -policy-id=00000000': NAMES_ID,
  'acl token create -policy-id=none': NAMES_ID,
  'acl token create -role-id=none': NAMES_ID,
  'login -method=m5 -bearer-token-file=method.json -token-sink-file=sink': NO_THREE_PARTS,
  'login -method=m5 -bearer-token-file=method.json -token-sink-file=sink -meta=a=b': NO_THREE_PARTS,
};
