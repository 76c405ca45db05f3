/**
 * Where an answer rightly differs from that of Consul's command on Consul, by command line; everything else is a defect.
 * The test fails for a line that is not needed any more.
 */
export interface Difference {
  readonly reason: string;
  /** Consul's own command says something else when it asks our agent. */
  readonly agent?: true;
  /** Our command says something else. */
  readonly cli?: true;
}

const OWN_PARSER: Difference = { cli: true, reason: 'the words of our parser, with the place' };
const NO_RAFT: Difference = { cli: true, reason: 'there are no peers: the command says why' };
/** Command lines of what is not built: ours say that it is not, and the agent tells Consul's own command so. */
const NOT_BUILT: Difference = { cli: true, reason: 'not built yet: said in one line, exit code 1' };
const NOT_BUILT_IN_AGENT: Difference = { ...NOT_BUILT, agent: true };
const NOT_BUILT_LINES = [
  'connect envoy',
  'connect envoy pipe-bootstrap',
  'peering list -format=xml',
  'peering read',
  'peering delete',
  'peering generate-token',
  'peering establish',
  'peering establish -name=x',
  'peering exported-services',
  'troubleshoot proxy',
  'troubleshoot proxy -upstream-envoy-id=x -upstream-ip=1',
  'troubleshoot upstreams -envoy-admin-endpoint=127.0.0.1:1',
  'troubleshoot upstreams -envoy-admin-endpoint=nonsense',
];
const NOT_BUILT_LINES_IN_AGENT = [
  'peering list',
  'peering list -format=json',
  'peering list extra',
  'peering read -name=none',
  'peering delete -name=none',
  'peering establish -name=x -peering-token=nonsense',
  'peering exported-services -name=none',
];
const RESOURCES: Difference = {
  cli: true,
  reason: 'the experimental API of resources has no meaning here: said in one line',
};
const RESOURCE_LINES = ['list', 'read', 'delete', 'apply'].flatMap((verb) => [
  `resource ${verb}`,
  `resource ${verb}-grpc`,
]);

const ACL_FORMAT: Difference = {
  cli: true,
  reason: 'the format is judged before anything is made, whose secret nobody would see then',
};
const ACL_FORMAT_LINES = [
  'acl bootstrap -format=xml',
  'acl policy create -name=p -format=xml',
  'acl policy list -format=xml',
  'acl policy read -id=abc -format=xml',
  'acl token create -policy-name=p -format=xml',
  'acl templated-policy list -format=xml',
];

function each(lines: readonly string[], difference: Difference): Record<string, Difference> {
  return Object.fromEntries(lines.map((line) => [line, difference]));
}

export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  ...each(NOT_BUILT_LINES, NOT_BUILT),
  ...each(NOT_BUILT_LINES_IN_AGENT, NOT_BUILT_IN_AGENT),
  ...each(RESOURCE_LINES, RESOURCES),
  ...each(ACL_FORMAT_LINES, ACL_FORMAT),
  'acl token create -policy-id=abc': {
    cli: true,
    reason: 'the beginning of the ID that was given is named; Consul names none',
  },
  'acl auth-method create -type=jwt -name=m -config=nonsense': OWN_PARSER,
  'intention create -file value.txt': OWN_PARSER,
  'connect ca set-config -config-file=broken.hcl': OWN_PARSER,
  'kv import not json': OWN_PARSER,
  'kv import {}': OWN_PARSER,
  'config write - < nonsense': OWN_PARSER,
  'validate /no/such/file.hcl': OWN_PARSER,
  'validate unknown.hcl': OWN_PARSER,
  'validate wrong-type.hcl': OWN_PARSER,
  'validate broken.hcl': {
    cli: true,
    reason: 'an assignment without a value is refused; Consul reads over it',
  },
  'services register /no/such/file.hcl': OWN_PARSER,
  'services deregister /no/such/file.hcl': OWN_PARSER,
  'services register broken.hcl': {
    cli: true,
    reason: 'an assignment without a value is refused; Consul reads over it',
  },
  'services deregister flagged': OWN_PARSER,
  'tls cert create -server -additional-ipaddress=nonsense': {
    cli: true,
    reason: 'the address is named',
  },
  'tls cert create -server -ca=example-agent-ca.pem': {
    cli: true,
    reason: 'the same in our words',
  },
  'troubleshoot ports -ports=1': {
    cli: true,
    reason: 'the host of CONSUL_HTTP_ADDR is meant; Consul takes host and port for a host',
  },
  'operator raft remove-peer': NO_RAFT,
  'operator raft transfer-leader': NO_RAFT,
  'force-leave -wan nobody.dc1': {
    agent: true,
    cli: true,
    reason: 'the refusal names the node; Consul has lost the name by then',
  },
  'rtt -wan interop.dc1 nobody.dc1': {
    cli: true,
    reason: 'the node without a coordinate is named; Consul names the first of the two',
  },
  'leave extra': { cli: true, reason: 'the usage follows the error on stderr, not on stdout' },
  'debug -interval=1s': {
    cli: true,
    reason: 'the least interval is named; Consul names the least duration in its place',
  },
  'CONSUL_HTTP_SSL=perhaps kv get app/one': {
    cli: true,
    reason: 'warned of once; Consul says it twice',
  },
};
