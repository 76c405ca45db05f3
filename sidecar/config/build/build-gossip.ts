import { isCIDR } from './ip-address.ts';
import type { AgentConfig } from '../agent-config.ts';
import type { GossipPoolConfig } from '../agent-config-network.ts';
import type { AddressReader } from './build-addresses.ts';
import type { BuildContext } from './build-context.ts';

/**
 * Defaults of hashicorp/memberlist (DefaultLANConfig, DefaultWANConfig) as Consul sets them for its
 * two pools.
 */
const TUNING_DEFAULTS = {
  lan: { gossipInterval: '200ms', probeInterval: '1s', probeTimeout: '500ms', suspicionMult: 4 },
  wan: { gossipInterval: '500ms', probeInterval: '5s', probeTimeout: '3s', suspicionMult: 6 },
  /** On one machine nothing is lost, so failures may be noticed at once. */
  dev: { gossipInterval: '100ms', probeInterval: '100ms', probeTimeout: '100ms', suspicionMult: 3 },
};
const GOSSIP_NODES = 3;
const RETRANSMIT_MULT = 4;
/** Serf forgets a failed member after this time; 0 also means it. */
const RECONNECT_TIMEOUT = '72h';

type PoolAddress = Pick<GossipPoolConfig, 'bindAddress' | 'advertiseAddress' | 'port'>;

export function buildGossipPool(
  context: BuildContext,
  reader: AddressReader,
  pool: 'lan' | 'wan',
  address: PoolAddress,
): GossipPoolConfig {
  const { raw } = context;
  const suffix = pool === 'lan' ? '' : '_wan';
  const joinKey = `retry_join${suffix}` as const;
  const tuning = raw[`gossip_${pool}`] ?? {};
  const defaults = TUNING_DEFAULTS[context.dev ? 'dev' : pool];
  return {
    ...address,
    retryJoin: (raw[joinKey] ?? []).flatMap((entry) => expandJoinAddress(reader, joinKey, entry)),
    retryIntervalMs: context.ms(raw[`retry_interval${suffix}`], '30s'),
    retryMaxAttempts: raw[`retry_max${suffix}`] ?? 0,
    allowedCIDRs: readCIDRs(
      context,
      `serf_${pool}_allowed_cidrs`,
      raw[`serf_${pool}_allowed_cidrs`],
    ),
    reconnectTimeoutMs:
      context.ms(raw[`reconnect_timeout${suffix}`]) || context.ms(RECONNECT_TIMEOUT),
    gossipIntervalMs: context.ms(tuning.gossip_interval, defaults.gossipInterval),
    gossipNodes: tuning.gossip_nodes ?? GOSSIP_NODES,
    probeIntervalMs: context.ms(tuning.probe_interval, defaults.probeInterval),
    probeTimeoutMs: context.ms(tuning.probe_timeout, defaults.probeTimeout),
    suspicionMult: tuning.suspicion_mult ?? defaults.suspicionMult,
    retransmitMult: tuning.retransmit_mult ?? RETRANSMIT_MULT,
  };
}

/**
 * A go-discover string (`provider=aws tag_key=...`) holds spaces and is one entry; only templates
 * are cut.
 */
function expandJoinAddress(reader: AddressReader, key: string, entry: string): string[] {
  if (entry === '') return [];
  return entry.includes('{{') ? reader.words(key, entry) : [entry];
}

export function readCIDRs(context: BuildContext, key: string, cidrs: string[] = []): string[] {
  const trimmed = cidrs.map((cidr) => cidr.trim());
  for (const cidr of trimmed) {
    if (!isCIDR(cidr)) context.fail(key, `invalid cidr: ${cidr}`, 'for example 10.0.0.0/8');
  }
  return trimmed;
}

type EncryptionPart = Pick<
  AgentConfig,
  | 'encryptKey'
  | 'encryptVerifyIncoming'
  | 'encryptVerifyOutgoing'
  | 'disableKeyringFile'
  | 'disableCoordinates'
  | 'rejoinAfterLeave'
  | 'advertiseReconnectTimeoutMs'
>;

/** What AES-GCM takes: 128, 192 or 256 bits. */
const KEY_LENGTHS = new Set([16, 24, 32]);

export function buildEncryption(context: BuildContext, server: boolean): EncryptionPart {
  const { raw } = context;
  const encryptKey = raw.encrypt ?? '';
  const advertiseReconnectTimeoutMs = context.ms(raw.advertise_reconnect_timeout);
  if (encryptKey !== '' && !isEncryptionKey(encryptKey)) {
    const message = 'encrypt has invalid key: it must be 16, 24 or 32 bytes in base64';
    context.fail('encrypt', message, "'lictor keygen' makes one");
  }
  if (server && advertiseReconnectTimeoutMs !== 0) {
    const message = 'advertise_reconnect_timeout can only be used on a client';
    context.fail('advertise_reconnect_timeout', message);
  }
  return {
    encryptKey,
    encryptVerifyIncoming: raw.encrypt_verify_incoming ?? true,
    encryptVerifyOutgoing: raw.encrypt_verify_outgoing ?? true,
    disableKeyringFile: raw.disable_keyring_file ?? context.dev,
    disableCoordinates: raw.disable_coordinates ?? false,
    rejoinAfterLeave: raw.rejoin_after_leave ?? false,
    advertiseReconnectTimeoutMs,
  };
}

function isEncryptionKey(text: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return false;
  return KEY_LENGTHS.has(Buffer.from(text, 'base64').length);
}
