/** Networks in CIDR notation, as `http_config.allow_write_http_from` names them. */
import { BlockList, isIPv6 } from 'node:net';

/** A test whether an address is inside one of the networks; no networks at all allow every address. */
export function addressFilter(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => true;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return (address) => {
    // IPv4 clients of a dual-stack socket come as ::ffff:1.2.3.4.
    const plain = address.replace(/^::ffff:/, '');
    return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  };
}
