/** The agent's DNS interface, and whether this host's own resolver knows of it. */
import dns from 'node:dns/promises';
import { type Examination, fail, ok, warn } from './examination.ts';

const QUERY = { timeout: 2000, tries: 1 };
const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export const examineDNS: Examination = async ({ facts }) => {
  const { ClientAddrs = ['127.0.0.1'], DNSPort = -1, DNSDomain = 'consul' } = facts.DebugConfig;
  if (DNSPort <= 0) return [warn('dns', 'the DNS interface is off', 'set ports.dns to use it')];
  const address = ClientAddrs.find((each) => !each.startsWith('unix')) ?? '127.0.0.1';
  const host = ANY_ADDRESS[address] ?? address;
  const server = host.includes(':') ? `[${host}]:${DNSPort}` : `${host}:${DNSPort}`;
  const resolver = new dns.Resolver(QUERY);
  resolver.setServers([server]);
  const domain = DNSDomain.replace(/\.$/, '');
  try {
    await resolver.resolveSoa(domain);
  } catch (error) {
    const next = `see that nothing else holds ${server} and that no firewall drops UDP to it`;
    return [
      fail('dns', `${server} does not answer for ${domain}: ${(error as Error).message}`, next),
    ];
  }
  return [ok('dns', `${server} answers for ${domain}`), await examineForwarding(domain)];
};

async function examineForwarding(domain: string): Promise<ReturnType<typeof ok>> {
  try {
    await new dns.Resolver(QUERY).resolveSoa(domain);
    return ok('dns', `this host's resolver forwards ${domain}`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    const next = `forward ${domain} to the agent: docs/dns-forwarding.md has recipes for systemd-resolved, dnsmasq and iptables`;
    return warn('dns', `this host's resolver does not know ${domain} (${code})`, next);
  }
}
