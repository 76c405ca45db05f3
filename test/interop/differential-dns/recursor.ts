/** The server of all other zones: it knows `example.org`, and has an answer of each kind for the rest. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { decode, encode } from 'dns-packet';
import type { Answer, Packet } from 'dns-packet';

const ADDRESS: Answer = { name: 'host.example.org', type: 'A', ttl: 60, data: '192.0.2.1' };

/** By the name asked for, without a final dot; other names do not exist. */
const KNOWN: Readonly<Record<string, readonly Answer[]>> = {
  'host.example.org': [ADDRESS],
  'www.example.org': [
    { name: 'www.example.org', type: 'CNAME', ttl: 50, data: 'host.example.org' },
    ADDRESS,
  ],
  'ext.example.org': Array.from({ length: 9 }, (_, index) => ({
    name: 'ext.example.org',
    type: 'A' as const,
    ttl: 40,
    data: `192.0.2.${index + 10}`,
  })),
};
const HEADER_BYTES = 12;
const TYPE_AND_CLASS_BYTES = 4;
/** A response, recursion desired and available. */
const RESPONSE = 0x8180;
const REFUSED = 5;
const NXDOMAIN = 3;

export class OtherZones {
  readonly #udp = dgram.createSocket('udp4');
  readonly #tcp = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      // One query a connection, and short: it comes in one piece.
      const answer = respond(chunk.subarray(2));
      socket.end(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 0xff]), answer]));
    });
  });

  /** @returns its address, as `recursors` takes it */
  async start(): Promise<string> {
    this.#udp.on('message', (query, from) =>
      this.#udp.send(respond(query), from.port, from.address),
    );
    this.#tcp.listen(0, '127.0.0.1');
    await once(this.#tcp, 'listening');
    const { port } = this.#tcp.address() as net.AddressInfo;
    this.#udp.bind(port, '127.0.0.1');
    await once(this.#udp, 'listening');
    return `127.0.0.1:${port}`;
  }

  stop(): void {
    this.#udp.close();
    this.#tcp.close();
  }
}

function respond(query: Buffer): Buffer {
  const { id, questions = [] } = decode(query);
  const name = questions[0]?.name.toLowerCase() ?? '';
  const answers = KNOWN[name] ?? [];
  if (answers.length === 0) return negative(query, name === 'com' ? REFUSED : NXDOMAIN);
  const packet: Packet = {
    type: 'response',
    ...(id !== undefined && { id }),
    flags: 0x0180,
    questions,
    answers: [...answers],
  };
  return encode(packet);
}

/** With the question as it came: names hold bytes that text does not keep. */
function negative(query: Buffer, code: number): Buffer {
  let end = HEADER_BYTES;
  while (query[end]! > 0) end += query[end]! + 1;
  const answer = Buffer.from(query.subarray(0, end + 1 + TYPE_AND_CLASS_BYTES));
  answer.writeUInt16BE(RESPONSE | code, 2);
  // One question, and nothing else.
  answer.fill(0, 6, HEADER_BYTES);
  return answer;
}
