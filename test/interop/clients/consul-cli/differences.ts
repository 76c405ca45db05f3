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
const NO_AUTOPILOT: Difference = {
  agent: true,
  cli: true,
  reason: 'there are no servers to tend: refused with the reason, not accepted without effect',
};
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
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
  'operator autopilot set-config': NO_AUTOPILOT,
  'operator autopilot set-config -cleanup-dead-servers=perhaps': { ...NO_RAFT },
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
