import net from 'node:net';

/**
 * Ports on loopback that nobody listens on now, all different.
 *
 * Another program may take one before it is used; nothing can rule that out for a port that is handed on.
 */
export async function freePorts(count: number): Promise<number[]> {
  // All are held until the last is known, else the system may give one twice.
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map(closeServer));
  return ports;
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
