import { AddressTemplateError, expandAddressTemplate } from './address-template.ts';
import {
  isAnyAddress,
  normalizeIPAddress,
  privateIPv4Addresses,
  publicIPv6Addresses,
} from './ip-address.ts';
import type { ListenAddress } from '../agent-config-network.ts';
import type { BuildContext } from './build-context.ts';

const UNIX_PREFIX = 'unix://';

/** Reads the addresses of a configuration: templates, lists parted by spaces, `unix://` sockets. */
export class AddressReader {
  readonly #context: BuildContext;

  constructor(context: BuildContext) {
    this.#context = context;
  }

  /**
   * Every address of a key; empty when the key is unset, or when it does not hold (which is then a
   * problem).
   */
  list(key: string, text: string | undefined): string[] {
    const words = this.words(key, text);
    const addresses: string[] = [];
    for (const word of words) {
      const address = word.startsWith(UNIX_PREFIX) ? word : normalizeIPAddress(word);
      if (address === undefined) {
        this.#context.fail(key, `invalid ip address: ${word}`);
        return [];
      }
      addresses.push(address);
    }
    return addresses;
  }

  /** As `list`, of IP addresses only. */
  listOfIPs(key: string, text: string | undefined): string[] {
    const addresses = this.list(key, text);
    if (!addresses.some((address) => address.startsWith(UNIX_PREFIX))) return addresses;
    this.#context.fail(key, `${key} cannot be a unix socket`);
    return [];
  }

  /** The one IP address of a key, if it is set. */
  single(key: string, text: string | undefined): string | undefined {
    const addresses = this.listOfIPs(key, text);
    if (addresses.length > 1) {
      this.#context.fail(key, `multiple addresses found: ${addresses.join(' ')}`);
    }
    return addresses[0];
  }

  /** Templates evaluated, cut at spaces; what the words are is not looked at. */
  words(key: string, text: string | undefined): string[] {
    try {
      return expandAddressTemplate(text ?? '', this.#context.host)
        .split(/\s+/)
        .filter(Boolean);
    } catch (error) {
      if (!(error instanceof AddressTemplateError)) throw error;
      this.#context.fail(key, error.message);
      return [];
    }
  }
}

/** The address of `bind_addr`, on which traffic between nodes is taken. */
export function buildBindAddress(context: BuildContext, reader: AddressReader): string {
  const fallback = context.dev ? '127.0.0.1' : '0.0.0.0';
  const text = context.raw.bind_addr ?? fallback;
  const problemsBefore = context.diagnostics.problems.length;
  const addresses = reader.list('bind_addr', text);
  // An address that could not be read has been complained about already.
  if (context.diagnostics.problems.length > problemsBefore) return fallback;
  const problem = bindProblem(addresses);
  if (problem !== undefined) context.fail('bind_addr', problem);
  return addresses[0] ?? fallback;
}

function bindProblem(addresses: readonly string[]): string | undefined {
  if (addresses.length === 0) return 'bind_addr cannot be empty';
  if (addresses.length > 1) {
    return "bind_addr cannot contain multiple addresses. Use 'addresses.{dns,http,https}' instead.";
  }
  return addresses[0]!.startsWith(UNIX_PREFIX) ? 'bind_addr cannot be a unix socket' : undefined;
}

export interface AdvertiseAddresses {
  readonly lan: string;
  readonly wan: string;
  /** With the forms by family, for the catalog. */
  readonly tagged: Record<string, string>;
}

/**
 * The addresses that other nodes are told. Without `advertise_addr` it is the bind address; a bind
 * address that means "all" is replaced by the host's only private IPv4 (or public IPv6) address.
 */
export function buildAdvertiseAddresses(
  context: BuildContext,
  reader: AddressReader,
  bindAddress: string,
): AdvertiseAddresses {
  const { raw } = context;
  const lan =
    advertised(context, reader, 'advertise_addr', 'Advertise address') ??
    detect(context, bindAddress);
  const wan = advertised(context, reader, 'advertise_addr_wan', 'Advertise WAN address') ?? lan;
  const tagged: Record<string, string> = { ...raw.tagged_addresses, lan, wan };
  for (const [network, address] of [
    ['', lan],
    ['_wan', wan],
  ] as const) {
    const tag = network === '' ? 'lan' : 'wan';
    for (const family of ['ipv4', 'ipv6'] as const) {
      const key = `advertise_addr${network}_${family}` as const;
      const own = reader.single(key, raw[key]);
      const isFamily = (candidate: string) => candidate.includes(':') === (family === 'ipv6');
      if (own !== undefined && !isFamily(own))
        context.fail(key, `${key} must be an ${family} address`);
      const value = own ?? (isFamily(address) ? address : undefined);
      if (value !== undefined) tagged[`${tag}_${family}`] = value;
    }
  }
  return { lan, wan, tagged };
}

function advertised(
  context: BuildContext,
  reader: AddressReader,
  key: 'advertise_addr' | 'advertise_addr_wan',
  name: string,
): string | undefined {
  const address = reader.single(key, context.raw[key]);
  if (address === undefined || !isAnyAddress(address)) return address;
  context.fail(key, `${name} cannot be 0.0.0.0, :: or [::]`);
  return undefined;
}

function detect(context: BuildContext, bindAddress: string): string {
  if (!isAnyAddress(bindAddress)) return bindAddress;
  const v6 = bindAddress !== '0.0.0.0';
  const kind = v6 ? 'public IPv6' : 'private IPv4';
  const found = v6 ? publicIPv6Addresses(context.host) : privateIPv4Addresses(context.host);
  if (found.length === 0) {
    context.fail('bind_addr', `No ${kind} address found`, "set 'advertise_addr'");
  } else if (found.length > 1) {
    const advice = "Please configure one with 'bind' and/or 'advertise'.";
    context.fail('bind_addr', `Multiple ${kind} addresses found. ${advice}`, found.join(', '));
  }
  return found[0] ?? '127.0.0.1';
}

/**
 * Where an interface listens: its own addresses, else the client addresses; nowhere when its port
 * is disabled.
 */
export function buildListeners(
  own: readonly string[],
  clientAddresses: readonly string[],
  port: number,
): ListenAddress[] {
  if (port <= 0) return [];
  return (own.length > 0 ? own : clientAddresses).map((address) =>
    address.startsWith(UNIX_PREFIX)
      ? { kind: 'unix', path: address.slice(UNIX_PREFIX.length) }
      : { kind: 'tcp', host: address, port },
  );
}
