/** The tags by which Consul's agents know one another (agent/consul/client_serf.go, server_serf.go). */
import type { Tags } from '../member.ts';

export const SERVER_ROLE = 'consul';
export const CLIENT_ROLE = 'node';

/** How long others wait for a failed node before they forget it: a Go duration. */
export const RECONNECT_TIMEOUT_TAG = 'rc_tm';

/** Versions of Consul's own protocol, which says little today but is looked at. */
const PROTOCOL = { vsn: '2', vsn_min: '2', vsn_max: '3' };
const RAFT_PROTOCOL = '3';

export interface NodeTagOptions {
  readonly datacenter: string;
  /** A UUID, unique in the datacenter. */
  readonly nodeID: string;
  /** Version and commit: `1.21.0:4e96098f`. */
  readonly build: string;
  /** Network segment; empty for the default one. */
  readonly segment?: string;
}

export interface ClientTagOptions extends NodeTagOptions {
  /** A Go duration; absent for the pool's own. */
  readonly advertiseReconnectTimeout?: string;
}

export interface ServerTagOptions extends NodeTagOptions {
  /** Of Consul's RPC, which is where this datacenter's servers are reached. */
  readonly port: number;
  readonly wanJoinPort?: number;
  readonly grpcPort?: number;
  readonly grpcTLSPort?: number;
  readonly bootstrap?: boolean;
  readonly bootstrapExpect?: number;
  readonly aclsEnabled?: boolean;
  readonly usesTLS?: boolean;
}

export function clientTags(options: ClientTagOptions): Tags {
  const { advertiseReconnectTimeout } = options;
  return {
    ...nodeTags(CLIENT_ROLE, options),
    ...present({ [RECONNECT_TIMEOUT_TAG]: advertiseReconnectTimeout }),
  };
}

export function serverTags(options: ServerTagOptions): Tags {
  return {
    ...nodeTags(SERVER_ROLE, options),
    raft_vsn: RAFT_PROTOCOL,
    port: String(options.port),
    acls: options.aclsEnabled === true ? '1' : '0',
    // What a server can do: federation states, and intentions as config entries.
    ft_fs: '1',
    ft_si: '1',
    ...present({
      wan_join_port: options.wanJoinPort || undefined,
      grpc_port: options.grpcPort || undefined,
      grpc_tls_port: options.grpcTLSPort || undefined,
      bootstrap: options.bootstrap === true ? '1' : undefined,
      expect: options.bootstrapExpect || undefined,
      use_tls: options.usesTLS === true ? '1' : undefined,
    }),
  };
}

function nodeTags(role: string, { datacenter, nodeID, build, segment = '' }: NodeTagOptions): Tags {
  return { role, dc: datacenter, segment, id: nodeID, ...PROTOCOL, build };
}

function present(tags: Readonly<Record<string, string | number | undefined>>): Tags {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}
