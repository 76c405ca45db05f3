import dgram from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { type Answer, decode, encode } from 'dns-packet';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createProvider } from './discover.ts';
import { type MDNSEndpoint, type MDNSQuestion, lookUpMDNS } from './mdns.ts';
import { isProviderConfig, parseProviderConfig } from './provider-config.ts';

describe('provider=...', () => {
  it.each<[string, [string, string][]]>([
    [
      'provider=mdns service=_consul._tcp',
      [
        ['provider', 'mdns'],
        ['service', '_consul._tcp'],
      ],
    ],
    [
      '  provider=mdns   v4=false ',
      [
        ['provider', 'mdns'],
        ['v4', 'false'],
      ],
    ],
    [
      'a="two words" b= c="\\"x\\""',
      [
        ['a', 'two words'],
        ['b', ''],
        ['c', '"x"'],
      ],
    ],
    ['', []],
  ])('%j', (text, fields) => {
    expect([...parseProviderConfig(text)]).toEqual(fields);
  });

  it.each(['mdns', 'provider=mdns x', 'a="open', '=x'])('%j is refused', (text) => {
    expect(() => parseProviderConfig(text)).toThrow('is no key=value');
  });

  it('is told from addresses', () => {
    expect(isProviderConfig('provider=mdns')).toBe(true);
    expect(isProviderConfig('a=b provider=aws')).toBe(true);
    expect(isProviderConfig('10.0.0.1:8301')).toBe(false);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return parseProviderConfig(text) instanceof Map;
        } catch (error) {
          return (error as Error).message.includes('is no key=value');
        }
      }),
    );
  });
});

describe('a provider', () => {
  it.each([
    ['provider=aws tag_key=x', 'provider=aws asks a cloud'],
    ['provider=k8s', 'provider=k8s asks a cloud'],
    ['provider=mdns', 'needs service='],
    ['provider=mdns service=x timeout=soon', 'timeout=soon is no duration'],
    ['provider=mdns service=x timeout=2m', 'timeout=2m is no duration of at most 60s'],
    ['provider=mdns service=x v6=maybe', 'v6=maybe'],
  ])('%s: refused with the reason', (text, reason) => {
    expect(() => createProvider(text)).toThrow(reason);
  });

  it('asks as it is told', async () => {
    const asked: MDNSQuestion[] = [];
    const lookUp = async (question: MDNSQuestion): Promise<string[]> => {
      asked.push(question);
      return ['10.0.0.1:8301'];
    };
    const provider = createProvider('provider=mdns service=_x._tcp timeout=2s v6=false', lookUp);
    expect(await provider()).toEqual(['10.0.0.1:8301']);
    expect(asked).toEqual([
      { service: '_x._tcp', domain: 'local', timeoutMs: 2000, v4: true, v6: false },
    ]);
  });
});

describe('mDNS', () => {
  const sockets: dgram.Socket[] = [];
  afterEach(() => sockets.splice(0).forEach((socket) => socket.close()));

  /** Answers each question by what `answer` gives for it. */
  async function respond(answer: (name: string) => Answer[] | Buffer): Promise<MDNSEndpoint> {
    const socket = dgram.createSocket('udp4');
    sockets.push(socket);
    socket.on('message', (message, from) => {
      for (const { name } of decode(message).questions ?? []) {
        const answers = answer(name);
        const packet = Buffer.isBuffer(answers) ? answers : encode({ type: 'response', answers });
        socket.send(packet, from.port, from.address);
      }
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return { address: '127.0.0.1', port: (socket.address() as AddressInfo).port };
  }

  const QUESTION = {
    service: '_consul._tcp',
    domain: 'local.',
    timeoutMs: 200,
    v4: true,
    v6: true,
  };
  const SERVICE = '_consul._tcp.local';
  const ptr: Answer = { type: 'PTR', name: SERVICE, data: `n1.${SERVICE}` };
  const srv: Answer = {
    type: 'SRV',
    name: `N1.${SERVICE}`,
    data: { target: 'n1.local', port: 8301 },
  };
  const a: Answer = { type: 'A', name: 'n1.local', data: '10.0.0.1' };
  const aaaa: Answer = { type: 'AAAA', name: 'n1.local', data: 'fd00::1' };

  it('finds what one answer tells', async () => {
    const to = await respond(() => [ptr, srv, a, aaaa, ptr]);
    expect(await lookUpMDNS(QUESTION, to)).toEqual(['10.0.0.1:8301', '[fd00::1]:8301']);
    expect(await lookUpMDNS({ ...QUESTION, v6: false }, to)).toEqual(['10.0.0.1:8301']);
  });

  it('asks again for an instance whose address was not told along', async () => {
    const to = await respond((name) => (name === SERVICE ? [ptr] : [srv, a]));
    expect(await lookUpMDNS(QUESTION, to)).toEqual(['10.0.0.1:8301']);
  });

  it('takes nothing from answers about others, or from noise', async () => {
    const to = await respond(() => [{ ...ptr, name: '_other._tcp.local' }, srv, a]);
    expect(await lookUpMDNS(QUESTION, to)).toEqual([]);
    const noise = await respond(() => Buffer.from('no packet'));
    expect(await lookUpMDNS(QUESTION, noise)).toEqual([]);
  });
});
