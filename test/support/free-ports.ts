/** Ports for programs that a test starts. */
import dgram from 'node:dgram';
import net from 'node:net';

/**
 * Below what systems hand out by themselves (Linux from 32768, others from 49152), so that neither an outgoing
 * connection nor another's `listen(0)` takes a port between the moment it is chosen and the moment it is used.
 */
const LOWEST = 10_240;
const HIGHEST = 32_767;
const RANGE = HIGHEST - LOWEST + 1;
/** A machine with this many taken in a row has none to give. */
const ATTEMPTS = 200;

/** Each process begins somewhere else, and gives no port twice before it has given all: what was chosen may not be used yet. */
let next = Math.floor(Math.random() * RANGE);

/** `count` ports on loopback, all different, that nobody listens on now by TCP or UDP. @throws when none is to be had */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt++) {
    if (attempt === ATTEMPTS) throw new Error(`no ${count} free ports on 127.0.0.1`);
    const port = LOWEST + (next++ % RANGE);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port).catch(() => undefined);
  if (server === undefined) return false;
  await closeServer(server);
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}

/** Something that listens on `port` and never answers; 0 lets the system choose. */
export function listen(port: number, host = '127.0.0.1'): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject).listen(port, host, () => resolve(server));
  });
}

export function closeServer(server: net.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
