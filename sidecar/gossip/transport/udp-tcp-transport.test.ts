import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LOCAL_PROFILE } from '../swim/config.ts';
import { createMemberlist } from '../swim/create-memberlist.ts';
import type { SwimMemberlist } from '../swim/swim-memberlist.ts';
import { RecordingDelegate } from '../testing/recording-delegate.ts';
import type { Endpoint, GossipStream } from '../transport.ts';
import { UDPTCPTransport } from './udp-tcp-transport.ts';

/** On a busy machine a round trip on loopback may take a second. */
const WITHIN = { timeout: 10_000, interval: 10 };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Heard {
  readonly transport: UDPTCPTransport;
  readonly packets: string[];
  readonly streams: GossipStream[];
  readonly from: Endpoint[];
}

async function listen(address = '127.0.0.1', port = 0): Promise<Heard> {
  const transport = new UDPTCPTransport({ bind: { address, port } });
  const heard: Heard = { transport, packets: [], streams: [], from: [] };
  await transport.start({
    onPacket: (packet, from) => {
      heard.packets.push(Buffer.from(packet).toString());
      heard.from.push(from);
    },
    onStream: (stream) => heard.streams.push(stream),
  });
  stops.push(() => transport.stop());
  return heard;
}

const at = ({ bound }: UDPTCPTransport, address = bound.address): Endpoint & { name: string } => ({
  address,
  port: bound.port,
  name: '',
});
const text = (value: string): Buffer => Buffer.from(value);

describe('UDPTCPTransport', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    // A socket for all addresses of both families.
    ['::', '127.0.0.1'],
  ])('carries packets on %s to %s', async (bind, to) => {
    const [one, other] = [await listen(bind), await listen(bind)];
    one.transport.sendPacket(at(other.transport, to), text('hello'));
    await vi.waitFor(() => expect(other.packets).toEqual(['hello']), WITHIN);
    expect(other.from[0]).toEqual({ address: to, port: one.transport.bound.port });
  });

  it('carries streams in both directions, to their ends', async () => {
    const [one, other] = [await listen(), await listen()];
    const log: string[] = [];
    const record = (stream: GossipStream, name: string): void =>
      stream.listen({
        onData: (chunk) => log.push(`${name} got ${Buffer.from(chunk)}`),
        onEnd: (error) => log.push(`${name} ended ${error?.message ?? 'well'}`),
      });
    one.transport.dial(at(other.transport), 1000, (_error, stream) => {
      record(stream!, 'client');
      stream!.write(text('question'));
      stream!.end(() => log.push('flushed'));
    });
    await vi.waitFor(() => expect(other.streams.length).toBe(1), WITHIN);
    record(other.streams[0]!, 'server');
    await vi.waitFor(() => expect(log).toContain('server ended well'), WITHIN);
    other.streams[0]!.write(text('answer'));
    other.streams[0]!.end();
    await vi.waitFor(() => expect(log).toContain('client ended well'), WITHIN);
    expect(log).toEqual(
      expect.arrayContaining(['flushed', 'server got question', 'client got answer']),
    );
  });

  it('says why a dial failed', async () => {
    const one = await listen();
    const gone = await listen();
    const target = at(gone.transport);
    await gone.transport.stop();
    const error = await new Promise<Error | undefined>((resolve) => {
      one.transport.dial(target, 1000, resolve);
    });
    expect(error?.message).toBe(`dial tcp 127.0.0.1:${target.port}: connect: connection refused`);
  });

  it('frees its ports, also of what others still hold open', async () => {
    const one = await listen();
    const { port } = one.transport.bound;
    const client = connect(port, '127.0.0.1');
    await vi.waitFor(() => expect(one.streams.length).toBe(1), WITHIN);
    await one.transport.stop();
    client.destroy();
    const again = await listen('127.0.0.1', port);
    expect(again.transport.bound.port).toBe(port);
    await expect(listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'listen_failed' });
  });

  it('refuses what UDP cannot carry and addresses that are none', async () => {
    const one = await listen();
    const send = (bytes: number): void =>
      one.transport.sendPacket(at(one.transport), new Uint8Array(bytes));
    expect(() => send(65_508)).toThrow('too long');
    expect(() => new UDPTCPTransport({ bind: { address: 'localhost', port: 0 } })).toThrow('bind');
  });
});

describe('a pool on real sockets', () => {
  async function member(
    name: string,
    address: string,
  ): Promise<[SwimMemberlist, RecordingDelegate]> {
    const delegate = new RecordingDelegate();
    const transport = new UDPTCPTransport({ bind: { address, port: 0 } });
    const config = { ...LOCAL_PROFILE, name, probeIntervalMs: 100, probeTimeoutMs: 50 };
    const memberlist = await createMemberlist({
      config,
      transport,
      delegates: delegate.delegates(),
    });
    stops.push(() => memberlist.stop());
    return [memberlist, delegate];
  }

  it.each(['127.0.0.1', '::1'])('joins, talks and notices a failure on %s', async (address) => {
    const [n1] = await member('n1', address);
    const [n2, d2] = await member('n2', address);
    const { address: host, port } = n1.localNode();
    expect(await n2.join([host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`])).toEqual({
      contacted: 1,
      errors: [],
    });
    await n1.sendReliable(n1.lookup('n2')!.node, text('stream'));
    n1.sendBestEffort(n1.lookup('n2')!.node, text('packet'));
    await vi.waitFor(() => expect(d2.messages.toSorted()).toEqual(['packet', 'stream']), WITHIN);
    expect(await n2.ping(n2.lookup('n1')!.node)).toBeGreaterThan(0);
    await n1.stop();
    await vi.waitFor(() => expect(d2.events).toContain('dead n1'), WITHIN);
  });

  it('tells which addresses could not be joined', async () => {
    const [n1] = await member('n1', '127.0.0.1');
    const { contacted, errors } = await n1.join(['127.0.0.1:1', '[::1', 'no-such-host.invalid']);
    expect(contacted).toBe(0);
    expect(errors.map(({ message }) => message.slice(0, 40))).toEqual([
      'Failed to join 127.0.0.1:1: dial tcp 127',
      'Failed to resolve [::1: no address: [::1',
      'Failed to resolve no-such-host.invalid: ',
    ]);
  });
});
