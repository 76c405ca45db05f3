#!/usr/bin/env node
// Stands between members of a gossip pool and writes down what they send: UDP packets and TCP streams. How the vectors in
// test/vectors/gossip were made, and how to make more: test/vectors/gossip/README.md.
//
//   capture-gossip.mjs LISTEN TARGET FILE      LISTEN and TARGET are host:port; ends, and writes FILE, on SIGTERM or SIGINT
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** Enough to hold every kind of message; a pool repeats itself. */
const MAX_PACKETS = 400;
const MAX_STREAMS = 40;

const [listen, target, file] = process.argv.slice(2).map((text) => {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? text : { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
});
const packets = [];
const streams = [];

const outside = createSocket('udp4');
/** For each sender a socket of its own, as a NAT has it, so that answers find their way back. */
const insides = new Map();
outside.on('message', (packet, from) => {
  if (packets.length < MAX_PACKETS) packets.push(packet.toString('hex'));
  insideFor(from).send(packet, target.port, target.host);
});
outside.bind(listen.port, listen.host);

function insideFor(from) {
  const key = `${from.address}:${from.port}`;
  const known = insides.get(key);
  if (known !== undefined) return known;
  const inside = createSocket('udp4');
  inside.on('message', (packet) => {
    if (packets.length < MAX_PACKETS) packets.push(packet.toString('hex'));
    outside.send(packet, from.port, from.address);
  });
  insides.set(key, inside);
  return inside;
}

const server = createServer({ allowHalfOpen: true }, (near) => {
  const far = connect({ ...target, allowHalfOpen: true });
  record(near, far, 'dialled');
  record(far, near, 'accepted');
});
server.listen(listen.port, listen.host);

function record(from, to, side) {
  const chunks = [];
  from.on('data', (chunk) => chunks.push(chunk));
  from.on('end', () => {
    const bytes = Buffer.concat(chunks);
    if (bytes.length > 0 && streams.length < MAX_STREAMS) {
      streams.push({ side, bytes: bytes.toString('hex') });
    }
  });
  // A peer that fails in the middle is what failing pools do.
  from.on('error', () => to.destroy());
  from.pipe(to);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    writeFileSync(file, `${JSON.stringify({ packets, streams }, null, 1)}\n`);
    process.exit(0);
  });
}
