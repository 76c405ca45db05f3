import { GossipError } from '../errors.ts';
import { MAX_META_BYTES } from '../memberlist.ts';
import { MAX_USER_EVENT_BYTES, PROTOCOL_VERSION_MAX, PROTOCOL_VERSION_MIN } from './config.ts';
import type { SerfConfig } from './config.ts';
import { MAX_NAME_BYTES } from './limits.ts';
import type { Tags } from './member.ts';
import { encodeTags } from './messages/tags.ts';

/** Serf's MaxNodeNameLength, where names are validated. */
const MAX_VALIDATED_NAME = 128;

/** @throws GossipError `invalid_config` */
export function validateConfig(config: SerfConfig): void {
  const { protocolVersion: version } = config;
  if (version < PROTOCOL_VERSION_MIN || version > PROTOCOL_VERSION_MAX) {
    const low = version < PROTOCOL_VERSION_MIN ? 'low' : 'high';
    const range = `[${PROTOCOL_VERSION_MIN}, ${PROTOCOL_VERSION_MAX}]`;
    throw invalid(`Protocol version '${version}' too ${low}. Must be in range: ${range}`);
  }
  if (config.userEventSizeLimit > MAX_USER_EVENT_BYTES) {
    throw invalid(`user event size limit exceeds limit of ${MAX_USER_EVENT_BYTES} bytes`);
  }
  const problem = nameProblem(config.name, config.validateNames);
  if (problem !== undefined) throw invalid(problem);
}

/**
 * @returns the encoded tags
 * @throws GossipError `too_large`
 */
export function encodeCheckedTags(tags: Tags, protocolVersion: number): Uint8Array {
  const meta = encodeTags(tags, protocolVersion);
  if (meta.length <= MAX_META_BYTES) return meta;
  const text = `Encoded length of tags exceeds limit of ${MAX_META_BYTES} bytes`;
  throw new GossipError('too_large', text);
}

/** @returns what is wrong with a member's name, or undefined */
export function nameProblem(name: string, isStrict: boolean): string | undefined {
  if (name === '') return 'Node name is empty';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    return `Node name exceeds limit of ${MAX_NAME_BYTES} bytes`;
  }
  if (!isStrict) return undefined;
  if (/[^A-Za-z0-9\-.]/.test(name)) {
    return `Node name '${name}' may hold only letters, digits, dashes and '.'`;
  }
  return name.length > MAX_VALIDATED_NAME
    ? `Node name is ${name.length} characters. Valid length is between 1 and 128 characters`
    : undefined;
}

const invalid = (text: string): GossipError => new GossipError('invalid_config', text);
