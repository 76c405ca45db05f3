import { lookup } from 'node:dns/promises';
import { systemClock } from '../clock.ts';
import { systemRandom } from '../random.ts';
import type { TransportHandler } from '../transport.ts';
import type { MemberlistOptions } from './options.ts';
import { SwimMemberlist } from './swim-memberlist.ts';
import { validateConfig } from './validate-config.ts';

type Injected = 'clock' | 'random' | 'delegates' | 'resolve';

/** Options whose defaults are the real world. */
export type CreateOptions = Omit<MemberlistOptions, Injected> &
  Partial<Pick<MemberlistOptions, Injected>>;

/**
 * Starts a member: a pool of one, which `join` makes part of a larger one.
 *
 * Rejects with a GossipError: `invalid_config`, `invalid_address`, `listen_failed`, or `too_large` for the metadata. Nothing is
 * left open then.
 */
export async function createMemberlist(options: CreateOptions): Promise<SwimMemberlist> {
  const { transport, config } = options;
  validateConfig(config);
  let handler: TransportHandler | undefined;
  await transport.start({
    onPacket: (packet, from, receivedAtMs) => handler?.onPacket(packet, from, receivedAtMs),
    onStream: (stream) => (handler === undefined ? stream.close() : handler.onStream(stream)),
  });
  try {
    const memberlist = new SwimMemberlist({
      clock: systemClock,
      random: systemRandom,
      delegates: {},
      resolve: resolveByDNS,
      ...options,
    });
    memberlist.start();
    handler = memberlist.transportHandler;
    return memberlist;
  } catch (error) {
    await transport.stop();
    throw error;
  }
}

/** All addresses, as the system resolves names. */
async function resolveByDNS(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}
