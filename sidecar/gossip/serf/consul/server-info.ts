/** What the tags of a server say (agent/metadata/server.go). */
import type { Member } from '../member.ts';
import { SERVER_ROLE } from './member-tags.ts';

export interface ServerInfo {
  /** As the pool has it: with the datacenter behind it on the WAN. */
  readonly name: string;
  /** Without the datacenter. */
  readonly shortName: string;
  readonly id: string;
  readonly datacenter: string;
  readonly address: string;
  /** Of Consul's RPC. */
  readonly port: number;
  readonly wanJoinPort: number | undefined;
  readonly build: string;
}

/** A server that leaves out, or garbles, what it must say is taken for none. */
export function serverInfo({ name, tags, address }: Member): ServerInfo | undefined {
  if (tags.role !== SERVER_ROLE) return undefined;
  const build = buildVersion(tags.build);
  const required = [tags.port, tags.vsn];
  const optional = [tags.expect, tags.wan_join_port, tags.raft_vsn];
  const isComplete =
    build !== undefined &&
    required.every((value) => isInteger(value)) &&
    optional.every((value) => value === undefined || isInteger(value)) &&
    hasUsableGRPC(tags.grpc_port, tags.grpc_tls_port);
  if (!isComplete) return undefined;
  const datacenter = tags.dc ?? '';
  const suffix = `.${datacenter}`;
  return {
    name,
    shortName: name.endsWith(suffix) ? name.slice(0, -suffix.length) : name,
    id: tags.id ?? '',
    datacenter,
    address,
    port: Number(tags.port),
    wanJoinPort: tags.wan_join_port === undefined ? undefined : Number(tags.wan_join_port),
    build: tags.build ?? '',
  };
}

/** The three numbers inside a build tag. @returns undefined when there are none */
export function buildVersion(build: string | undefined): readonly number[] | undefined {
  const match = /\d+\.\d+\.\d+/.exec(build ?? '');
  return match?.[0].split('.').map(Number);
}

const isInteger = (text: string | undefined): boolean => /^[+-]?\d+$/.test(text ?? '');

/** Whoever names gRPC ports must name one that can be used. */
function hasUsableGRPC(...ports: readonly (string | undefined)[]): boolean {
  const named = ports.filter((port) => port !== undefined);
  return named.length === 0 || named.some((port) => isInteger(port) && Number(port) >= 1);
}
