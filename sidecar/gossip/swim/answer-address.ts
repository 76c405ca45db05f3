import type { Endpoint, PeerAddress } from '../transport.ts';
import { renderIP } from '../wire/ip-address.ts';
import type { Source } from '../wire/messages.ts';

/** Where an answer goes: to the address that the sender names, because a NAT may have changed the one that is seen. */
export function answerAddress(source: Source, from: Endpoint): PeerAddress {
  const { sourceAddress, sourcePort, sourceNode: name } = source;
  const address = sourcePort === 0 ? undefined : renderIP(sourceAddress);
  if (address === undefined) return { address: from.address, port: from.port, name };
  return { address, port: sourcePort, name };
}
