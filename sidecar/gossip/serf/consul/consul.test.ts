import { describe, expect, it } from 'vitest';
import type { Member, Tags } from '../member.ts';
import { memberOf } from '../testing/members.ts';
import { NEW_LEADER_EVENT, parseUserEventName, renderUserEventName } from './event-names.ts';
import { clientTags, serverTags } from './member-tags.ts';
import { lanMergeRule, wanMergeRule } from './merge-rules.ts';
import { CONSUL_SERF_CONFIG } from './pool-defaults.ts';
import { serverInfo } from './server-info.ts';
import { decodeUserEventPayload, encodeUserEventPayload } from './user-event-payload.ts';
import { parseWANName, renderWANName } from './wan-name.ts';

const ID = '11111111-2222-3333-4444-555555555555';
const node = { datacenter: 'dc1', nodeID: ID, build: '1.21.0:4e96098f' };
const server = serverTags({ ...node, port: 8300, wanJoinPort: 8302, grpcTLSPort: 8503 });
const client = clientTags(node);
const tagged = (name: string, tags: Tags, more: Partial<Member> = {}): Member =>
  memberOf(name, { tags, ...more });

describe('tags', () => {
  it('of a client', () => {
    expect(client).toEqual({
      role: 'node',
      dc: 'dc1',
      segment: '',
      id: ID,
      vsn: '2',
      vsn_min: '2',
      vsn_max: '3',
      build: '1.21.0:4e96098f',
    });
    expect(clientTags({ ...node, advertiseReconnectTimeout: '1h' })).toHaveProperty('rc_tm', '1h');
  });

  it('of a server, as Consul 1.21 has them', () => {
    const bare = serverTags({ ...node, build: '1.21.0:', port: 27301, wanJoinPort: 27303 });
    expect(Object.keys(bare).toSorted()).toEqual(
      // Recorded from `consul agent -dev`.
      'acls build dc ft_fs ft_si id port raft_vsn role segment vsn vsn_max vsn_min wan_join_port'.split(
        ' ',
      ),
    );
    expect(
      serverTags({ ...node, port: 1, bootstrap: true, bootstrapExpect: 1, aclsEnabled: true }),
    ).toMatchObject({ bootstrap: '1', expect: '1', acls: '1' });
  });
});

describe('a server by its tags', () => {
  it('says where it is', () => {
    expect(serverInfo(tagged('a.b.dc1', server))).toEqual({
      name: 'a.b.dc1',
      shortName: 'a.b',
      id: ID,
      datacenter: 'dc1',
      address: '10.0.0.1',
      port: 8300,
      wanJoinPort: 8302,
      build: '1.21.0:4e96098f',
    });
  });

  it.each([
    ['a client', client],
    ['no port', { ...server, port: '' }],
    ['a port that is no number', { ...server, port: '83oo' }],
    ['no version', { ...server, vsn: 'x' }],
    ['no build', { ...server, build: 'new' }],
    ['gRPC nowhere', { ...server, grpc_tls_port: '-1' }],
    ['a garbled expect', { ...server, expect: 'three' }],
  ])('%s is none', (_, tags) => {
    expect(serverInfo(tagged('a', tags))).toBeUndefined();
  });
});

describe('who may join the LAN', () => {
  const rule = lanMergeRule({ datacenter: 'dc1', nodeID: ID, nodeName: 'me' });
  const other = (id: string): Tags => ({ ...client, id });

  it.each<[string, Member[], string | undefined]>([
    [
      'clients and servers of this datacenter',
      [tagged('a', other('1')), tagged('b', { ...server, id: '2' })],
      undefined,
    ],
    ['this node itself', [tagged('ME', client)], undefined],
    ['a plain serf', [tagged('a', { role: 'web' })], undefined],
    [
      'a client of another',
      [tagged('a', { ...other('1'), dc: 'dc2' })],
      "Member 'a' part of wrong datacenter 'dc2'",
    ],
    [
      'a server of another',
      [tagged('a', { ...server, id: '1', dc: 'dc2' })],
      "Member 'a' part of wrong datacenter 'dc2'",
    ],
    [
      "this node's ID",
      [tagged('a', client)],
      `Member 'a' has conflicting node ID '${ID}' with this agent's ID`,
    ],
    ['this ID, but it has left', [tagged('a', client, { status: 'left' })], undefined],
    [
      'one ID twice',
      [tagged('a', other('1')), tagged('b', other('1'))],
      "Member 'b' has conflicting node ID '1' with member 'a'",
    ],
    [
      'one ID twice, from before IDs were unique',
      [
        tagged('a', { ...other('1'), build: '0.8.4' }),
        tagged('b', { ...other('1'), build: '0.8.4' }),
      ],
      undefined,
    ],
    [
      'one ID twice, from when they became so',
      [
        tagged('a', { ...other('1'), build: '0.8.5' }),
        tagged('b', { ...other('1'), build: '0.8.5' }),
      ],
      "Member 'b' has conflicting node ID '1' with member 'a'",
    ],
  ])('%s', (_, members, expected) => {
    expect(rule(members)).toBe(expected);
  });
});

describe('who may join the WAN', () => {
  it('servers of whatever datacenter', () => {
    expect(wanMergeRule()([tagged('a.dc2', { ...server, dc: 'dc2' })])).toBeUndefined();
    expect(wanMergeRule()([tagged('a.dc1', server), tagged('b', client)])).toBe(
      "Member 'b' is not a server",
    );
  });

  it.each([
    ['web-1.dc1', { node: 'web-1', datacenter: 'dc1' }],
    ['a.b.dc2', { node: 'a.b', datacenter: 'dc2' }],
    ['web', undefined],
    ['.dc1', undefined],
    ['web.', undefined],
  ])('the name %s', (name, expected) => {
    expect(parseWANName(name)).toEqual(expected);
    if (expected !== undefined) {
      expect(renderWANName(expected.node, expected.datacenter)).toBe(name);
    }
  });
});

describe('user events', () => {
  it('have a prefix', () => {
    expect(renderUserEventName('deploy')).toBe('consul:event:deploy');
    expect(parseUserEventName('consul:event:deploy')).toBe('deploy');
    expect(parseUserEventName(NEW_LEADER_EVENT)).toBeUndefined();
  });

  const event = {
    id: '',
    name: 'deploy',
    payload: new Uint8Array(0),
    nodeFilter: '',
    serviceFilter: '',
    tagFilter: '',
    version: 1,
  };

  // Payloads of `consul event`, 1.21.0.
  it.each([
    [
      'a payload',
      '84a24944d92439383936313832342d383939322d316362312d396432662d303164633432383333613534a16ea66465706c6f79a170c40676312e322e33a17601',
      { ...event, id: '98961824-8992-1cb1-9d2f-01dc42833a54', payload: Buffer.from('v1.2.3') },
    ],
    [
      'none',
      '83a24944d92436623138616633302d363132372d653264642d643437332d336432616465623835363632a16ea96e6f7061796c6f6164a17601',
      { ...event, id: '6b18af30-6127-e2dd-d473-3d2adeb85662', name: 'nopayload' },
    ],
    [
      'filters',
      '87a24944d92432356561303562362d326262352d626337382d393834392d626239353762383334386138a16ea166a26e66a3632e2aa170c40178a27366a3776562a27466a27631a17601',
      {
        ...event,
        id: '25ea05b6-2bb5-bc78-9849-bb957b8348a8',
        name: 'f',
        payload: Buffer.from('x'),
        nodeFilter: 'c.*',
        serviceFilter: 'web',
        tagFilter: 'v1',
      },
    ],
  ])('with %s, byte for byte', (_, hex, expected) => {
    const decoded = decodeUserEventPayload(new Uint8Array(Buffer.from(hex, 'hex')));
    expect(decoded).toEqual({ ...expected, payload: new Uint8Array(expected.payload) });
    expect(Buffer.from(encodeUserEventPayload(expected)).toString('hex')).toBe(hex);
  });

  it('of any length are read again, and nonsense is not', () => {
    for (const length of [255, 256, 5000]) {
      const long = { ...event, name: 'n'.repeat(length), payload: new Uint8Array(length).fill(7) };
      expect(decodeUserEventPayload(new Uint8Array(encodeUserEventPayload(long)))).toEqual(long);
    }
    expect(decodeUserEventPayload(new Uint8Array([1, 2, 3]))).toBeUndefined();
  });
});

describe('reconnect timeout', () => {
  it.each([
    [undefined, 5000],
    ['1h', 3_600_000],
    ['0s', 5000],
    ['soon', 5000],
  ])('%s', (tag, expected) => {
    const member = tagged('a', tag === undefined ? {} : { rc_tm: tag });
    expect(CONSUL_SERF_CONFIG.reconnectTimeoutOverride(member, 5000)).toBe(expected);
  });
});
