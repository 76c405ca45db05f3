/** The functions of go-sockaddr's templates, by name; what is piped into one is its last argument. */
import { BlockList, isIPv6 } from 'node:net';
import type { ConfigHost, InterfaceAddress } from '../config-host.ts';
import {
  FLAGS,
  ORDERS,
  attributeOf,
  isForwardable,
  prefixOf,
  shifted,
} from './address-attributes.ts';
import { isCIDR, isPrivateAddress } from './ip-address.ts';

/** The template is none that can be evaluated. */
export class AddressTemplateError extends Error {}

export type TemplateValue = string | number | boolean | readonly InterfaceAddress[];
type TemplateFunction = (args: readonly TemplateValue[], host: ConfigHost) => TemplateValue;

const fail = (reason: string): never => {
  throw new AddressTemplateError(reason);
};

function text(args: readonly TemplateValue[], at: number): string {
  const value = args[at];
  return typeof value === 'string' ? value : fail('a string is wanted as an argument');
}

function count(args: readonly TemplateValue[], at: number): number {
  const value = args[at];
  return typeof value === 'number' ? value : fail('a number is wanted as an argument');
}

/** The list comes last, and nothing after it. */
function list(args: readonly TemplateValue[], at: number): readonly InterfaceAddress[] {
  const value = args[at];
  const isLast = args.length === at + 1;
  return isLast && Array.isArray(value) ? value : fail('wrong number of args, or no interfaces');
}

function sorted(
  addresses: readonly InterfaceAddress[],
  keys: string,
  host: ConfigHost,
): InterfaceAddress[] {
  const orders = keys.split(',').map((key) => {
    const name = key.trim().replace(/^[+-]/, '');
    const order = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
    const sign = key.trim().startsWith('-') ? -1 : 1;
    return { sign, order: order ?? fail(`unsupported sort type: ${key}`) };
  });
  const defaultName = host.defaultInterface();
  return addresses.toSorted((a, b) => {
    for (const { sign, order } of orders) {
      const difference = sign * order(a, b, defaultName);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

/** Those that may be reached from other hosts, the default route's first. */
function reachable(host: ConfigHost, isPrivate: boolean): InterfaceAddress[] {
  const found = host
    .interfaceAddresses()
    .filter((entry) => isForwardable(entry) && isPrivateAddress(entry.address) === isPrivate);
  return sorted(found, 'default,type,size', host);
}

const addressesOf = (entries: readonly InterfaceAddress[]): string =>
  entries.map(({ address }) => address).join(' ');

type Test = (entry: InterfaceAddress) => boolean;

/** The choices of `include` and `exclude`; most take several values between bars. */
const SELECTORS: Readonly<Record<string, (value: string) => Test>> = {
  address: (value) => {
    const pattern = regex(value);
    return ({ address }) => pattern.test(address);
  },
  name: (value) => {
    const pattern = regex(value);
    return ({ interfaceName }) => pattern.test(interfaceName);
  },
  flag: (value) => {
    const tests = value
      .toLowerCase()
      .split('|')
      .map((name) => FLAGS[name] ?? fail(`unknown interface flag: ${name}`));
    return (entry) => tests.every((test) => test(entry));
  },
  network: (value) => insideOf(value.split('|')),
  port: (value) => () => value === '0',
  rfc: (value) => {
    const tests = value
      .split('|')
      .map((rfc) => NETWORKS_OF_RFC[rfc] ?? fail(`unsupported RFC ${rfc}`));
    return (entry) => tests.some((test) => test(entry));
  },
  size: (value) => {
    if (!/^\d+$/.test(value) || Number(value) > 128) fail(`invalid mask size ${value}`);
    return (entry) => prefixOf(entry) === Number(value);
  },
  type: (value) => {
    const types = value.toLowerCase().split('|');
    const unknown = types.find((type) => !['ip', 'ipv4', 'ipv6', 'unix'].includes(type));
    if (unknown !== undefined) fail(`unsupported type ${unknown}`);
    return ({ family }) => types.includes('ip') || types.includes(`ipv${family}`);
  },
};

function regex(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    return fail(`invalid regular expression ${pattern}`);
  }
}

function insideOf(networks: readonly string[]): Test {
  const blocks = new BlockList();
  for (const network of networks) {
    if (!isCIDR(network)) fail(`invalid network ${network}`);
    const [address = '', bits] = network.trim().split('/');
    blocks.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return ({ address, family }) => blocks.check(address, `ipv${family}`);
}

/** Of go-sockaddr's RFCs those that say which addresses hosts of a site have. */
const NETWORKS_OF_RFC: Readonly<Record<string, Test>> = {
  1918: insideOf(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']),
  3849: insideOf(['2001:db8::/32']),
  3927: insideOf(['169.254.0.0/16']),
  4193: insideOf(['fc00::/7']),
  4291: insideOf(['::/128', '::1/128', 'fe80::/10', 'ff00::/8']),
  5737: insideOf(['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24']),
  6598: insideOf(['100.64.0.0/10']),
  6890: ({ address }) => isPrivateAddress(address),
};

function selecting(keeps: boolean): TemplateFunction {
  return (args) => {
    const name = text(args, 0)
      .toLowerCase()
      .replace(/^flags$/, 'flag');
    const selector = Object.hasOwn(SELECTORS, name) ? SELECTORS[name] : undefined;
    if (selector === undefined) return fail(`invalid filter ${name}`);
    const test = selector(text(args, 1));
    return list(args, 2).filter((entry) => test(entry) === keeps);
  };
}

function attribute(entry: InterfaceAddress, name: string): string {
  return attributeOf(entry, name) ?? fail(`unsupported attribute name "${name}"`);
}

/** A negative offset counts from the end. */
function behind(entries: readonly InterfaceAddress[], offset: number): TemplateValue {
  if (Math.abs(offset) > entries.length) fail('unable to seek past the end of the interfaces');
  return entries.slice(offset);
}

function unique(entries: readonly InterfaceAddress[], name: string): InterfaceAddress[] {
  if (name !== 'address' && name !== 'name') fail(`unsupported unique constraint ${name}`);
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const value = attribute(entry, name);
    return seen.size !== seen.add(value).size;
  });
}

function calculate(entries: readonly InterfaceAddress[], from: string, by: string): TemplateValue {
  if (from !== 'address' && from !== 'network') return fail(`unsupported math on ${from}`);
  if (!/^[+-]\d+$/.test(by)) fail(`sign must be supplied with ${by}`);
  return entries.map((entry) => shifted(entry, from, Number(by)));
}

export const ADDRESS_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  GetAllInterfaces: (_args, host) => host.interfaceAddresses(),
  GetDefaultInterfaces: (_args, host) => {
    const name = host.defaultInterface();
    return host.interfaceAddresses().filter(({ interfaceName }) => interfaceName === name);
  },
  GetPrivateInterfaces: (_args, host) => reachable(host, true),
  GetPublicInterfaces: (_args, host) => reachable(host, false),
  GetPrivateIP: (_args, host) => addressesOf(reachable(host, true).slice(0, 1)),
  GetPrivateIPs: (_args, host) => addressesOf(sorted(reachable(host, true), 'type,size', host)),
  GetPublicIP: (_args, host) => addressesOf(reachable(host, false).slice(0, 1)),
  GetPublicIPs: (_args, host) => addressesOf(sorted(reachable(host, false), 'type,size', host)),
  GetInterfaceIP: (args, host) => {
    const own = host.interfaceAddresses().filter(SELECTORS['name']!(text(args, 0)));
    return addressesOf(sorted(own.filter(isForwardable), 'type,size', host).slice(0, 1));
  },
  GetInterfaceIPs: (args, host) => {
    const own = host.interfaceAddresses().filter(SELECTORS['name']!(text(args, 0)));
    return addressesOf(sorted(own, 'type,size', host));
  },
  include: selecting(true),
  exclude: selecting(false),
  sort: (args, host) => sorted(list(args, 1), text(args, 0), host),
  limit: (args) => list(args, 1).slice(0, Math.max(0, count(args, 0))),
  offset: (args) => behind(list(args, 1), count(args, 0)),
  unique: (args) => unique(list(args, 1), text(args, 0).toLowerCase()),
  math: (args) => calculate(list(args, 2), text(args, 0).toLowerCase(), text(args, 1)),
  attr: (args) =>
    list(args, 1)
      .slice(0, 1)
      .map((entry) => attribute(entry, text(args, 0)))
      .join(''),
  join: (args) =>
    list(args, 2)
      .map((entry) => attribute(entry, text(args, 0)))
      .join(text(args, 1)),
  print: (args) => args.map(String).join(''),
  printf: (args) => {
    const rest = args.slice(1);
    return text(args, 0).replace(/%[sdv]/g, () => String(rest.shift() ?? ''));
  },
};
