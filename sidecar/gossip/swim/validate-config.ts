import { GossipError } from '../errors.ts';
import { MAX_LABEL_BYTES, MAX_NODE_NAME_BYTES } from '../wire/limits.ts';
import { PROTOCOL_MAX, PROTOCOL_MIN } from './versions.ts';
import type { SwimConfig } from './config.ts';

/** A packet must hold an alive message with the longest metadata and name, and its envelopes. */
const MIN_PACKET_BYTES = 1000;

/** @throws GossipError `invalid_config` */
export function validateConfig(config: SwimConfig): void {
  const refuse = (reason: string): never => {
    throw new GossipError('invalid_config', reason);
  };
  const { name, label, protocolVersion } = config;
  if (name === '') refuse('a node needs a name');
  if (Buffer.byteLength(name) > MAX_NODE_NAME_BYTES) {
    refuse(`the node name is longer than ${MAX_NODE_NAME_BYTES} bytes`);
  }
  if (Buffer.byteLength(label) > MAX_LABEL_BYTES) {
    refuse(`could not use ${JSON.stringify(label)} as a label: too long`);
  }
  if (protocolVersion < PROTOCOL_MIN || protocolVersion > PROTOCOL_MAX) {
    const direction = protocolVersion < PROTOCOL_MIN ? 'low' : 'high';
    const range = `[${PROTOCOL_MIN}, ${PROTOCOL_MAX}]`;
    refuse(`Protocol version '${protocolVersion}' too ${direction}. Must be in range: ${range}`);
  }
  if (config.packetBytes < MIN_PACKET_BYTES) refuse(`packets need ${MIN_PACKET_BYTES} bytes`);
  for (const key of ['probeIntervalMs', 'probeTimeoutMs', 'gossipIntervalMs'] as const) {
    if (!(config[key] > 0)) refuse(`${key} must be above zero`);
  }
}
