/** One-shot multicast DNS (RFC 6762, section 5.1) for the instances of a service (RFC 6763). */
import dgram from 'node:dgram';
import { type Answer, type Packet, decode, encode } from 'dns-packet';

export interface MDNSQuestion {
  /** e.g. `_consul._tcp` */
  readonly service: string;
  readonly domain: string;
  readonly timeoutMs: number;
  readonly v4: boolean;
  readonly v6: boolean;
}

export interface MDNSEndpoint {
  readonly address: string;
  readonly port: number;
}

const GROUP: MDNSEndpoint = { address: '224.0.0.251', port: 5353 };
/** Of a subnet; more answers than it has hosts are somebody's game. */
const MAX_RECORDS = 4_096;
/** An instance whose address was not told along is asked for by itself. */
const ASK_AGAIN_AFTER = 0.5;

/**
 * Asks, and gathers answers until the time is over.
 *
 * What comes in is from anybody on the local network: it is where to try to join, and joining proves itself by the gossip key.
 *
 * @returns `IP:port` of each instance, each once; none when nobody answers
 */
export async function lookUpMDNS(
  question: MDNSQuestion,
  to: MDNSEndpoint = GROUP,
): Promise<string[]> {
  const { service, domain, timeoutMs } = question;
  const name = `${trimDots(service)}.${trimDots(domain)}`;
  const records: Answer[] = [];
  const socket = dgram.createSocket('udp4');
  socket.on('message', (message) => records.push(...answersOf(message, records.length)));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject).bind(0, resolve);
    });
    const failed = new Promise<never>((_, reject) => socket.on('error', reject));
    ask(socket, to, [{ name, type: 'PTR' }]);
    await Promise.race([failed, pause(timeoutMs * ASK_AGAIN_AFTER)]);
    const open = instancesOf(name, records).filter((each) => !hasAddress(each, records));
    ask(
      socket,
      to,
      open.map((each) => ({ name: each, type: 'SRV' }) as const),
    );
    await Promise.race([failed, pause(timeoutMs * (1 - ASK_AGAIN_AFTER))]);
  } finally {
    socket.close();
  }
  return addressesOf(name, records, question);
}

function ask(
  socket: dgram.Socket,
  { address, port }: MDNSEndpoint,
  questions: readonly { name: string; type: 'PTR' | 'SRV' }[],
): void {
  if (questions.length === 0) return;
  const packet: Packet = { type: 'query', questions: [...questions] };
  socket.send(encode(packet), port, address);
}

/** A packet that is none says nothing. */
function answersOf(message: Buffer, known: number): Answer[] {
  try {
    const { answers = [], additionals = [] } = decode(message);
    return [...answers, ...additionals].slice(0, MAX_RECORDS - known);
  } catch {
    return [];
  }
}

function instancesOf(name: string, records: readonly Answer[]): string[] {
  const targets = records.flatMap((record) =>
    record.type === 'PTR' && isSame(record.name, name) ? [String(record.data)] : [],
  );
  return [...new Set(targets)];
}

interface Place {
  readonly target: string;
  readonly port: number;
}

function placesOf(instance: string, records: readonly Answer[]): Place[] {
  return records.flatMap((record) =>
    record.type === 'SRV' && isSame(record.name, instance) ? [record.data] : [],
  );
}

function hasAddress(instance: string, records: readonly Answer[]): boolean {
  return placesOf(instance, records).some(({ target }) => hostsOf(target, records).length > 0);
}

function hostsOf(target: string, records: readonly Answer[]): { ip: string; isV6: boolean }[] {
  return records.flatMap((record) =>
    (record.type === 'A' || record.type === 'AAAA') && isSame(record.name, target)
      ? [{ ip: record.data, isV6: record.type === 'AAAA' }]
      : [],
  );
}

function addressesOf(name: string, records: readonly Answer[], { v4, v6 }: MDNSQuestion): string[] {
  const found = instancesOf(name, records).flatMap((instance) =>
    placesOf(instance, records).flatMap(({ target, port }) =>
      hostsOf(target, records)
        .filter(({ isV6 }) => (isV6 ? v6 : v4))
        .map(({ ip, isV6 }) => (isV6 ? `[${ip}]:${port}` : `${ip}:${port}`)),
    ),
  );
  return [...new Set(found)];
}

const trimDots = (text: string): string => text.replaceAll(/^\.+|\.+$/g, '');
const isSame = (left: string, right: string): boolean =>
  trimDots(left).toLowerCase() === trimDots(right).toLowerCase();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
