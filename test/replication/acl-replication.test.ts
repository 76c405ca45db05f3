import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ACL_DISABLED } from '../../durable-objects/acl-settings.ts';
import type { ACLReplicationStatus, ACLToken } from '../../protocol/types/acl.ts';
import type { ReplicatedACLFamily } from '../../protocol/types/replication.ts';
import { ACLStream } from '../../sidecar/replication/acl-stream.ts';
import { BoundRPC } from '../../sidecar/replication/bound-rpc.ts';
import { Replicator } from '../../sidecar/replication/replicator.ts';
import { PairRPC } from './memory-datacenters.ts';

const SECRET = 'aaaaaaaa-1111-2222-3333-444444444444';
const ENABLED = { ...ACL_DISABLED, enabled: true, defaultPolicy: 'deny' } as const;
const FAMILIES: ReplicatedACLFamily[] = ['acl-policy', 'acl-role', 'acl-token'];

let rpc: PairRPC;
let replicators: Replicator[];
let warnings: string[];
let token: string;

beforeEach(() => {
  token = SECRET;
  rpc = new PairRPC(
    { acl: { ...ENABLED, initialManagement: SECRET } },
    {
      acl: {
        ...ENABLED,
        primaryDatacenter: 'dc1',
        tokenReplication: true,
        replicationToken: SECRET,
      },
    },
  );
  replicators = [];
  warnings = [];
});
afterEach(() => stop());

function start(families = FAMILIES): void {
  stop();
  replicators = families.map(
    (family) =>
      new Replicator({
        stream: new ACLStream(family, 'dc1'),
        source: new BoundRPC(rpc, 'dc1', () => token),
        follower: new BoundRPC(rpc, '', () => SECRET),
        log: { info: () => {}, warn: (text) => warnings.push(text) },
        pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
        random: () => 0,
      }),
  );
}

function stop(): void {
  for (const replicator of replicators.splice(0)) replicator.stop();
}

const settled = (work: () => void): Promise<void> =>
  vi.waitFor(work, { timeout: 5_000, interval: 2 });
const write = (
  method: 'acl.policy-set' | 'acl.role-set' | 'acl.token-set',
  value: object,
  id?: string,
) => rpc.source.json(method, id === undefined ? { value } : { value, id }, SECRET);
const status = () => rpc.follower.json('acl.replication', {}) as ACLReplicationStatus;
/** Everything that both have, without what is a datacenter's own. */
const contents = (side: 'source' | 'follower') =>
  JSON.parse(
    JSON.stringify([
      rpc[side].json('acl.policy-list', {}, SECRET),
      rpc[side].json('acl.role-list', {}, SECRET),
      rpc[side].json('acl.token-list', {}, SECRET),
    ]),
    (key, value: unknown) => (key === 'CreateIndex' || key === 'ModifyIndex' ? undefined : value),
  ) as object[][];
const equal = () =>
  settled(() => {
    expect(contents('follower')).toEqual(contents('source'));
    expect(status().Running).toBe(true);
  });

describe('policies, roles and tokens', () => {
  it('follow as they come, change and go, secrets and all', async () => {
    const policy = write('acl.policy-set', {
      Name: 'p',
      Rules: 'key_prefix "" { policy = "write" }',
    });
    const role = write('acl.role-set', { Name: 'r', Policies: [{ Name: 'p' }] });
    const made = write('acl.token-set', {
      Roles: [{ Name: 'r' }],
      ServiceIdentities: [{ ServiceName: 'web' }],
      ExpirationTTL: '1h',
    }) as ACLToken;
    start();
    await equal();
    expect(() =>
      rpc.follower.call('kv.apply', { verb: 'set', key: 'a' }, made.SecretID),
    ).not.toThrow();

    write(
      'acl.policy-set',
      { Name: 'renamed', Rules: 'key_prefix "" { policy = "read" }' },
      (policy as { ID: string }).ID,
    );
    // The name that was free again at once.
    write('acl.policy-set', { Name: 'p' });
    rpc.source.call('acl.role-delete', { id: (role as { ID: string }).ID }, SECRET);
    await equal();
    rpc.source.call('acl.token-delete', { accessor: made.AccessorID }, SECRET);
    await equal();
    expect(() => rpc.follower.call('kv.get', { key: 'a' }, made.SecretID)).toThrow('ACL not found');
    expect(warnings).toEqual([]);
  });

  it('local tokens stay where they are', async () => {
    rpc.follower.call('acl.token-set', { value: { Local: true, Description: 'here' } }, SECRET);
    rpc.source.call('acl.token-set', { value: { Local: true, Description: 'there' } }, SECRET);
    start();
    await settled(() => expect(status().Running).toBe(true));
    const descriptions = rpc.follower
      .json('acl.token-list', {}, SECRET)
      .map(({ Description }) => Description);
    expect(descriptions.toSorted()).toEqual([
      'Anonymous Token',
      'Initial Management Token',
      'here',
    ]);
  });

  it('take over a name that another here has', async () => {
    write('acl.policy-set', { Name: 'taken', Rules: 'acl = "read"' });
    start();
    await equal();
    stop();
    const old = rpc.source.json('acl.policy-list', {}, SECRET).find(({ Name }) => Name === 'taken');
    rpc.source.call('acl.policy-delete', { id: old!.ID }, SECRET);
    write('acl.policy-set', { Name: 'taken', Rules: 'acl = "deny"' });
    rpc.source.trimLog();
    start();
    await equal();
  });

  it('are not erased by a source that lost them', async () => {
    for (let i = 0; i < 10; i++) write('acl.policy-set', { Name: `p${i}` });
    start();
    await equal();
    const before = contents('follower');
    stop();
    rpc.source.replace();
    start();
    await settled(() => expect(status().LastErrorMessage).toContain('nothing is deleted'));
    expect(status().Running).toBe(false);
    expect(contents('follower')[0]).toHaveLength(before[0]!.length);
  });

  it('need a token that may read them, and say so', async () => {
    write('acl.policy-set', { Name: 'reader', Rules: 'acl = "read" operator = "read"' });
    const reader = write('acl.token-set', { Policies: [{ Name: 'reader' }] }) as ACLToken;
    token = reader.SecretID;
    start();
    await settled(() => expect(status().LastErrorMessage).toContain('needs acl = "write"'));
    // Policies and roles it may read, and they are here.
    expect(contents('follower')[0]).toEqual(contents('source')[0]);
    token = SECRET;
    await equal();
  });
});

describe('/v1/acl/replication', () => {
  it('of a primary says that it follows nobody', () => {
    expect(rpc.source.json('acl.replication', {})).toMatchObject({
      Enabled: false,
      Running: false,
      SourceDatacenter: '',
      ReplicationType: '',
    });
  });

  it('of a secondary says how far it is', async () => {
    expect(status()).toMatchObject({ Enabled: true, Running: false, SourceDatacenter: 'dc1' });
    start();
    await equal();
    const { Index } = rpc.source.json('status.datacenter', {}, SECRET);
    expect(status()).toMatchObject({ ReplicationType: 'tokens', LastErrorMessage: '' });
    expect(status().ReplicatedTokenIndex).toBeLessThanOrEqual(Index);
    expect(status().ReplicatedTokenIndex).toBeGreaterThan(0);
  });
});
