import { afterEach, describe, expect, it } from 'vitest';
import { type DiscoveryOptions, discoverControlPlane } from './control-plane-discovery.ts';
import { Door } from '../../embedded/door.ts';
import type { Member, Tags } from '../../gossip/serf/member.ts';
import { deriveLinkSecret } from '../../lib/link-proof.ts';

const OWN_ADDRESS = '10.0.0.5';
const SECRETS = [deriveLinkSecret(Buffer.alloc(32, 1), 'dc1')];

/** A member says all of this of itself, its address included. */
function member(url: string, tags: Tags = {}, address = OWN_ADDRESS): Member {
  const versions = {} as Member['versions'];
  return {
    name: 'm',
    address,
    port: 8301,
    tags: { lictor_url: url, ...tags },
    status: 'alive',
    versions,
  };
}

function discover(
  told: Member,
  { edgeToken = '', secrets = [] as Buffer[] } = {},
): ReturnType<typeof discoverControlPlane> {
  const options: DiscoveryOptions = {
    members: [told],
    datacenter: 'dc2',
    ownAddress: OWN_ADDRESS,
    edgeToken,
    linkSecrets: () => secrets,
  };
  return discoverControlPlane(options);
}

const PROOF = { lictor_proof: '1' };

describe('where gossip is not encrypted', () => {
  it.each(['http://127.0.0.1:8300', 'http://[::1]:8300', `http://${OWN_ADDRESS}:8300`])(
    'a control plane of this host is taken: %s',
    async (url) => expect(await discover(member(url, PROOF))).toEqual({ url, authorization: '' }),
  );

  it.each([
    'http://10.0.0.6:8300',
    'http://127.0.0.1.evil.example:8300',
    'http://127.0.0.1@evil.example:8300',
  ])('another host is not, whatever address the member claims: %s', async (url) => {
    await expect(discover(member(url, PROOF))).rejects.toThrow('gossip is not encrypted');
    await expect(discover(member(url, PROOF, '127.0.0.1'))).rejects.toThrow('not encrypted');
  });

  it('no token goes to a URL that was learned', async () => {
    const told = discover(member('https://x.example'), { edgeToken: 'secret' });
    await expect(told).rejects.toThrow('set edge_url');
  });
});

describe('a deployed Worker that a member with the key tells of', () => {
  const options = { edgeToken: 'secret', secrets: SECRETS };

  it('is sent the token by https', async () => {
    const url = 'https://x.example';
    const dial = await discover(member(url), options);
    expect(dial).toEqual({ url, authorization: 'Bearer secret', datacenter: 'dc2' });
  });

  it('and not in the clear', async () => {
    await expect(discover(member('http://x.example'), options)).rejects.toThrow('https');
  });
});

it.each(['', 'x', 'ftp://127.0.0.1', 'javascript:1'])('%o is no URL', async (url) => {
  await expect(discover(member(url, PROOF))).rejects.toThrow('no usable URL');
});

describe('who is believed', () => {
  const among = (...members: Member[]): ReturnType<typeof discoverControlPlane> =>
    discoverControlPlane({
      members,
      datacenter: 'dc1',
      ownAddress: OWN_ADDRESS,
      edgeToken: '',
      linkSecrets: () => [],
    });
  const here = `http://${OWN_ADDRESS}:8300`;

  it.each<[string, Member[]]>([
    ['nobody is there', []],
    ['others have no such tag', [{ ...member(''), tags: { role: 'node' } }]],
    ['the one that has it is dead', [{ ...member(here, PROOF), status: 'failed' }]],
    ['the one that has it left', [{ ...member(here, PROOF), status: 'left' }]],
  ])('%s: nobody', async (_, members) => {
    await expect(among(...members)).rejects.toThrow('no member of the pool tells');
  });

  it('servers before clients', async () => {
    const client = member('http://127.0.0.1:1', { ...PROOF, role: 'node' });
    const server = member(here, { ...PROOF, role: 'consul' });
    expect((await among(client, server)).url).toBe(here);
  });
});

describe('where gossip is encrypted', () => {
  const doors: Door[] = [];
  afterEach(() => Promise.all(doors.splice(0).map((door) => door.stop())));

  async function openDoor(): Promise<Member> {
    const door = new Door({
      datacenter: 'dc1',
      target: () => ({ host: '127.0.0.1', port: 1 }),
      secret: () => 'inner',
      linkSecrets: () => SECRETS,
      wanSecrets: () => [],
      others: {
        list: () => Promise.reject(new Error('there are no others')),
        dial: () => Promise.reject(new Error('there are no others')),
      },
      log: { warn: () => {} },
    });
    doors.push(door);
    await door.listen('127.0.0.1', 0);
    return member(`http://127.0.0.1:${door.port}`, PROOF);
  }
  const other = deriveLinkSecret(Buffer.alloc(32, 2), 'dc1');

  it('both sides prove that they know a key; it does not travel', async () => {
    const { authorization } = await discover(await openDoor(), { secrets: [other, ...SECRETS] });
    expect(authorization).not.toBe('');
    expect(authorization).not.toContain(SECRETS[0]!.toString('base64'));
  });

  it('one that does not know it is refused', async () => {
    await expect(discover(await openDoor(), { secrets: [other] })).rejects.toThrow();
  });
});
