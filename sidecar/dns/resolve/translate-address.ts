/**
 * Which of an instance's or a node's addresses a client gets.
 *
 * `lan_ipv4` and `lan_ipv6` replace the address for questions of their family; other questions (SRV, ANY) prefer
 * IPv6, then IPv4. With `translate_wan_addrs`, whoever asks for another datacenter gets the `wan*` ones instead.
 */
import type { CheckServiceNode, Node } from '../../../protocol/types/catalog.ts';
import { RecordType } from '../wire/codes.ts';
import type { DNSOptions } from '../options.ts';

export class AddressTranslator {
  readonly #ownDatacenter: string;
  readonly #translateWAN: boolean;

  constructor(options: Pick<DNSOptions, 'datacenter' | 'translateWANAddresses'>) {
    this.#ownDatacenter = options.datacenter;
    this.#translateWAN = options.translateWANAddresses;
  }

  /** Empty when the service has no address of its own, so its node's counts. */
  serviceAddress(instance: CheckServiceNode, datacenter: string, type: number): string {
    const { Address, TaggedAddresses } = instance.Service;
    const tagged = (key: string): string | undefined => TaggedAddresses?.[key]?.Address;
    return choose(Address, tagged, this.#usesWAN(datacenter), type);
  }

  servicePort({ Service }: CheckServiceNode, datacenter: string): number {
    const wanPort = this.#usesWAN(datacenter) ? Service.TaggedAddresses?.['wan']?.Port : 0;
    return wanPort || Service.Port;
  }

  nodeAddress(node: Node, type: number): string {
    const tagged = (key: string): string | undefined => node.TaggedAddresses?.[key];
    return choose(node.Address, tagged, this.#usesWAN(node.Datacenter), type);
  }

  #usesWAN(datacenter: string): boolean {
    return this.#translateWAN && datacenter !== this.#ownDatacenter;
  }
}

function choose(
  plain: string,
  tagged: (key: string) => string | undefined,
  usesWAN: boolean,
  type: number,
): string {
  const wan = (key: string): string | undefined => (usesWAN ? tagged(key) : undefined);
  const address = wan('wan') ?? plain;
  const ipv4 = wan('wan_ipv4') ?? tagged('lan_ipv4') ?? '';
  const ipv6 = wan('wan_ipv6') ?? tagged('lan_ipv6') ?? '';
  if (type !== RecordType.A && ipv6 !== '') return ipv6;
  if (type !== RecordType.AAAA && ipv4 !== '') return ipv4;
  return address;
}
