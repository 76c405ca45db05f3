import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATACENTERS_PATH, LINK_PATH, doorPath } from '../../protocol/frames.ts';
import { SNAPSHOT_LINK_PATH } from '../../protocol/snapshot-http.ts';
import { deriveLinkSecret } from '../lib/link-proof.ts';
import { PROOF_PATH, proveLink } from '../lib/link-proof-exchange.ts';
import { Door, type DoorOptions } from './door.ts';

const secret = deriveLinkSecret(Buffer.alloc(32, 1), 'dc1');
const wanSecret = deriveLinkSecret(Buffer.alloc(32, 3), 'dc1');
const other = deriveLinkSecret(Buffer.alloc(32, 2), 'dc1');
/** The way to dc2 leads to the same place, as another datacenter's Worker. */
const OTHERS: DoorOptions['others'] = {
  list: async () => ({ Others: ['dc2'], Maps: null }),
  async dial(datacenter) {
    if (datacenter !== 'dc2') throw new Error('No path to datacenter');
    const { port } = plane.address() as net.AddressInfo;
    return {
      url: outerURL || `http://127.0.0.1:${port}`,
      authorization: 'Bearer outer',
      datacenter,
    };
  },
};
let plane: http.Server;
let door: Door;
let linkSecrets: Buffer[];
/** In place of the right one. */
let outerURL: string;
let planeBreaksOff: boolean;
/** Authorization headers of what came through. */
let seen: (string | undefined)[];

beforeEach(async () => {
  seen = [];
  outerURL = '';
  planeBreaksOff = false;
  linkSecrets = [secret];
  plane = http.createServer((request, response) => {
    seen.push(request.headers.authorization);
    if (!planeBreaksOff) response.end(`${request.method} ${request.url}`);
    else response.write('half', () => response.destroy());
  });
  plane.on('upgrade', (request, socket) => {
    seen.push(request.headers.authorization);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => plane.listen(0, '127.0.0.1', resolve));
  const { port } = plane.address() as net.AddressInfo;
  door = new Door(doorOptions(port));
  await door.listen('127.0.0.1', 0);
});
afterEach(async () => {
  await door.stop();
  plane.closeAllConnections();
  plane.close();
});

function doorOptions(port: number): DoorOptions {
  return {
    datacenter: 'dc1',
    others: OTHERS,
    target: () => ({ host: '127.0.0.1', port }),
    secret: () => 'inner',
    linkSecrets: () => linkSecrets,
    wanSecrets: () => [wanSecret],
    log: { warn: () => {} },
  };
}

const base = (): string => `http://127.0.0.1:${door.port}`;

/** Opens a link; gives the status, and what an echo through it said. */
function open(authorization?: string, datacenter = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      ...(authorization !== undefined && { authorization }),
    };
    const request = http.request(base() + doorPath(LINK_PATH, datacenter), { headers });
    request.on('upgrade', (_response, socket) => {
      socket.once('data', (chunk) => {
        socket.destroy();
        resolve(String(chunk));
      });
      socket.write('echo');
    });
    request.on('response', (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    request.on('error', reject);
    request.end();
  });
}

describe('a link', () => {
  it('is let in with a proof, and gets the secret only behind the door', async () => {
    expect(await open(await proveLink(base(), [secret]))).toBe('echo');
    expect(seen).toEqual(['Bearer inner']);
  });

  it('may be proved with any key of the ring', async () => {
    linkSecrets = [other, secret];
    expect(await open(await proveLink(base(), [secret, other]))).toBe('echo');
    expect(seen).toEqual(['Bearer inner']);
  });

  it('of another datacenter is proved with a key of the pool that spans them', async () => {
    expect(await open(await proveLink(base(), [wanSecret], 'wan'))).toBe('echo');
    expect(seen).toEqual(['Bearer inner']);
    await expect(proveLink(base(), [secret], 'wan')).rejects.toThrow('does not know the gossip');
    await expect(proveLink(base(), [wanSecret])).rejects.toThrow('does not know the gossip');
  });

  it('a proof is good once', async () => {
    const proof = await proveLink(base(), [secret]);
    await open(proof);
    await open(proof);
    expect(seen[1]).not.toBe('Bearer inner');
  });

  it('of this host needs none where gossip is not encrypted', async () => {
    linkSecrets = [];
    expect(await open()).toBe('echo');
    expect(seen).toEqual(['Bearer inner']);
  });

  it('goes by the unix socket of the control plane where it has one', async () => {
    await door.stop();
    const folder = await mkdtemp(path.join(tmpdir(), 'door-'));
    const localSocket = path.join(folder, 'plane.sock');
    const local = net.createServer((socket) => plane.emit('connection', socket));
    await new Promise<void>((resolve) => local.listen(localSocket, resolve));
    // Nothing listens on port 1: whoever went by TCP would be refused.
    door = new Door({
      ...doorOptions(1),
      target: () => ({ host: '127.0.0.1', port: 1, localSocket }),
    });
    await door.listen('127.0.0.1', 0);
    expect(await open(await proveLink(base(), [secret]))).toBe('echo');
    expect(seen).toEqual(['Bearer inner']);
    local.close();
    await rm(folder, { recursive: true });
  });

  it('that is not proved passes as it is, for the control plane to refuse', async () => {
    await open();
    await open('Bearer guess');
    expect(seen).toEqual([undefined, 'Bearer guess']);
  });
});

describe('another datacenter', () => {
  it('is reached with a proof, by the secret of the way there', async () => {
    expect(await open(await proveLink(base(), [secret]), 'dc2')).toBe('echo');
    expect(await open(await proveLink(base(), [secret]), 'dc1')).toBe('echo');
    expect(seen).toEqual(['Bearer outer', 'Bearer inner']);
  });

  it('that is not known is refused, and so is a link without a proof', async () => {
    expect(await open(await proveLink(base(), [secret]), 'dc9')).toBe('502');
    await open(undefined, 'dc2');
    expect(seen).toEqual([undefined]);
  });

  it('its snapshots pass too', async () => {
    const authorization = await proveLink(base(), [secret]);
    const target = base() + doorPath(SNAPSHOT_LINK_PATH, 'dc2');
    const answer = await fetch(target, { headers: { authorization } });
    expect(await answer.text()).toBe(`GET ${doorPath(SNAPSHOT_LINK_PATH, 'dc2')}`);
    expect(seen).toEqual(['Bearer outer']);
  });

  it('is listed for whoever proves to be an agent', async () => {
    const list = (authorization: string): Promise<Response> =>
      fetch(base() + DATACENTERS_PATH, { headers: { authorization } });
    const proved = await list(await proveLink(base(), [secret]));
    expect(await proved.json()).toEqual({ Others: ['dc2'], Maps: null });
    expect(await (await list('Bearer x')).text()).toBe(`GET ${DATACENTERS_PATH}`);
  });
});

describe('a proof', () => {
  it('an agent tells nothing to a control plane without the key', async () => {
    linkSecrets = [other];
    await expect(proveLink(base(), [secret])).rejects.toThrow('does not know the gossip key');
  });

  it.each([
    ['', 400],
    ['x'.repeat(200), 400],
  ])('a nonce of %o is %d', async (nonce, status) => {
    const answer = await fetch(`${base()}${PROOF_PATH}?nonce=${nonce}`);
    expect(answer.status).toBe(status);
  });

  it('cannot be had where gossip is not encrypted', async () => {
    linkSecrets = [];
    await expect(proveLink(base(), [secret])).rejects.toThrow('only when gossip is encrypted');
  });
});

describe('hostile requests', () => {
  /** What the door says to these bytes: the status line, '' when it just closes. */
  const say = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let said = '';
      const socket = net.connect(door.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (chunk) => (said += String(chunk)));
      socket.on('error', () => {});
      socket.on('close', () => resolve(said.split('\r\n')[0]!));
    });
  const END = 'Host: a\r\nConnection: close\r\n\r\n';
  const UPGRADE = 'Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

  it.each(['//', 'http://', 'http://[', '*', '/%', '//?dc=%', '/\\'])(
    'a target of %o ends nothing',
    async (target) => {
      await say(`GET ${target} HTTP/1.1\r\n${END}`);
      // This one becomes a tunnel to the control plane, which echoes, or is closed.
      const upgraded = net.connect(door.port, '127.0.0.1', () =>
        upgraded.write(`GET ${target} HTTP/1.1\r\n${UPGRADE}`),
      );
      await new Promise((resolve) => upgraded.once('data', resolve).once('close', resolve));
      upgraded.destroy();
      expect(await say(`GET /v1/status/leader HTTP/1.1\r\n${END}`)).toBe('HTTP/1.1 200 OK');
    },
  );

  it('one that is refused, and stays, is sent away; the door closes meanwhile', async () => {
    const proof = await proveLink(base(), [secret]);
    const socket = net.connect({ port: door.port, host: '127.0.0.1', allowHalfOpen: true }, () =>
      socket.write(
        `GET ${doorPath(LINK_PATH, 'dc9')} HTTP/1.1\r\nAuthorization: ${proof}\r\n${UPGRADE}`,
      ),
    );
    const refused = await new Promise((resolve) => socket.once('data', resolve));
    expect(String(refused)).toContain('502');
    await door.stop();
    await door.listen('127.0.0.1', 0);
    socket.destroy();
  });

  it('a page in a browser of this host is no agent', async () => {
    linkSecrets = [];
    const headers = { origin: 'https://page.example' };
    const answer = await fetch(base() + DATACENTERS_PATH, { headers });
    expect(await answer.text()).toBe(`GET ${DATACENTERS_PATH}`);
    const link = http.request(base() + LINK_PATH, {
      headers: { connection: 'Upgrade', upgrade: 'websocket', ...headers },
    });
    link.end();
    const socket = await new Promise<Duplex>((resolve) => link.on('upgrade', (_, s) => resolve(s)));
    socket.destroy();
    expect(seen).toEqual([undefined, undefined]);
  });

  it('a way that is no URL is told, and ends nothing', async () => {
    outerURL = 'no url';
    expect(await open(await proveLink(base(), [secret]), 'dc2')).toBe('502');
    const authorization = await proveLink(base(), [secret]);
    const target = base() + doorPath(SNAPSHOT_LINK_PATH, 'dc2');
    expect((await fetch(target, { headers: { authorization } })).status).toBe(502);
  });

  it('an answer that breaks off in the middle breaks off', async () => {
    planeBreaksOff = true;
    const answer = await fetch(`${base()}/v1/kv/a`);
    await expect(answer.text()).rejects.toThrow('terminated');
  });
});

it('/v1 passes as it is on this host', async () => {
  const answer = await fetch(`${base()}/v1/kv/a?raw`, { headers: { authorization: 'Bearer x' } });
  expect(await answer.text()).toBe('GET /v1/kv/a?raw');
  expect(seen).toEqual(['Bearer x']);
});

it('a taken port names the option', async () => {
  const second = new Door({
    datacenter: 'dc1',
    others: OTHERS,
    target: () => ({ host: '127.0.0.1', port: 1 }),
    secret: () => '',
    linkSecrets: () => [],
    wanSecrets: () => [],
    log: { warn: () => {} },
  });
  await expect(second.listen('127.0.0.1', door.port)).rejects.toThrow(
    '-server-port (ports.server)',
  );
});
