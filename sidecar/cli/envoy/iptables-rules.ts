/**
 * The rules by which a host's connections go through a transparent proxy (Consul: sdk/iptables).
 *
 * Outbound, whatever is not the proxy's own goes to its outbound port; inbound, everything goes to its inbound port. What is
 * excluded stands before that.
 */

export interface Redirection {
  /** Whose connections are the proxy's. */
  readonly proxyUserID: string;
  readonly inboundPort: number;
  readonly outboundPort: number;
  readonly excludeInboundPorts: readonly string[];
  readonly excludeOutboundPorts: readonly string[];
  readonly excludeOutboundCIDRs: readonly string[];
  readonly excludeUserIDs: readonly string[];
  /** '' and 0 for names that are resolved as ever. */
  readonly dnsIP: string;
  readonly dnsPort: number;
}

const CHAIN = {
  inbound: 'CONSUL_PROXY_INBOUND',
  inboundRedirect: 'CONSUL_PROXY_IN_REDIRECT',
  output: 'CONSUL_PROXY_OUTPUT',
  redirect: 'CONSUL_PROXY_REDIRECT',
  dns: 'CONSUL_DNS_REDIRECT',
} as const;

/** Arguments of one call of `iptables` each, in their order. */
export function redirectionRules(redirection: Redirection): string[][] {
  const { proxyUserID, inboundPort, outboundPort } = redirection;
  const append = (chain: string, ...rule: string[]): string[] => ['-A', chain, ...rule];
  /** Before all others of the chain. */
  const exclude = (chain: string, ...rule: string[]): string[] => [
    '-I',
    chain,
    ...rule,
    '-j',
    'RETURN',
  ];
  const rules = [
    ...Object.values(CHAIN).map((chain) => ['-N', chain]),
    append(CHAIN.redirect, '-p', 'tcp', '-j', 'REDIRECT', '--to-port', String(outboundPort)),
    ...dnsRules(redirection),
    append('OUTPUT', '-p', 'tcp', '-j', CHAIN.output),
    append(CHAIN.output, '-m', 'owner', '--uid-owner', proxyUserID, '-j', 'RETURN'),
    append(CHAIN.output, '-d', '127.0.0.1/32', '-j', 'RETURN'),
    append(CHAIN.output, '-j', CHAIN.redirect),
    ...redirection.excludeOutboundPorts.map((port) =>
      exclude(CHAIN.output, '-p', 'tcp', '--dport', port),
    ),
    ...redirection.excludeOutboundCIDRs.map((cidr) => exclude(CHAIN.output, '-d', cidr)),
    ...redirection.excludeUserIDs.map((id) =>
      exclude(CHAIN.output, '-m', 'owner', '--uid-owner', id),
    ),
    append(CHAIN.inboundRedirect, '-p', 'tcp', '-j', 'REDIRECT', '--to-port', String(inboundPort)),
    append('PREROUTING', '-p', 'tcp', '-j', CHAIN.inbound),
    append(CHAIN.inbound, '-p', 'tcp', '-j', CHAIN.inboundRedirect),
    ...redirection.excludeInboundPorts.map((port) =>
      exclude(CHAIN.inbound, '-p', 'tcp', '--dport', port),
    ),
  ];
  return rules.map((rule) => ['-t', 'nat', ...rule]);
}

/** Where a port is named, only what goes to the resolver's address is sent there; otherwise every question is. */
function dnsRules({ dnsIP, dnsPort }: Redirection): string[][] {
  if (dnsIP === '' && dnsPort === 0) return [];
  const address = dnsIP || '127.0.0.1';
  const target = dnsPort === 0 ? address : `${address}:${dnsPort}`;
  const only = dnsPort === 0 ? [] : ['-d', address];
  const rule = (chain: string, protocol: string, ...action: string[]): string[] => {
    return ['-A', chain, '-p', protocol, ...only, '--dport', '53', '-j', ...action];
  };
  const protocols = ['udp', 'tcp'];
  return [
    ...protocols.map((each) => rule(CHAIN.dns, each, 'DNAT', '--to-destination', target)),
    ...protocols.map((each) => rule('OUTPUT', each, CHAIN.dns)),
  ];
}
