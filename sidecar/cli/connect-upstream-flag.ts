/** `-upstream=name:addr`, where `name` may end in `.query` and `addr` is a port, or an address with one. */
import type { MeshUpstreamFlag } from './command-io.ts';
import type { FlagSpec } from './flags.ts';

const TYPES: Record<string, MeshUpstreamFlag['type']> = {
  '': 'service',
  service: 'service',
  query: 'prepared_query',
};

/** By name: one that is given twice means what was said last. */
export function upstreamFlag(about: string): FlagSpec<ReadonlyMap<string, MeshUpstreamFlag>> {
  return {
    about,
    placeholder: 'value',
    initial: new Map(),
    parse(text, held) {
      const upstream = parseUpstream(text);
      return new Map([...held, [upstream.name, upstream]]);
    },
  };
}

/** @throws Error in Consul's words */
export function parseUpstream(text: string): MeshUpstreamFlag {
  const colon = text.indexOf(':');
  if (colon < 0) throw new Error(`Upstream value should be name:addr in ${JSON.stringify(text)}`);
  const [name = '', ...rest] = text.slice(0, colon).split('.');
  const kind = rest.join('.');
  const type = TYPES[kind];
  if (type === undefined) {
    throw new Error(
      `Upstream type must be blank, 'service', or 'query'. Got: ${JSON.stringify(kind)}`,
    );
  }
  const address = text.slice(colon + 1);
  // Also an IPv6 address in brackets, which Consul does not take.
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*):(.*)$/s.exec(address) ?? ['', '', address];
  return { type, name, host: host.replace(/^\[|\]$/g, ''), port: parsePort(port) };
}

/** @throws Error as Go says it */
export function parsePort(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}
