import { expect, it } from 'vitest';
import type { Member } from '../../gossip/serf/member.ts';
import { knownServer } from './known-server.ts';

const member = (name: string, tags: Member['tags'], status: Member['status'] = 'alive'): Member =>
  ({ name, address: '10.0.0.1', status, tags }) as Member;
const CONTROL = { lictor_url: 'http://10.0.0.1:8300', role: 'consul', port: '8300' };

it('is the member that tells of a control plane, without the suffix of the WAN pool', () => {
  const members = [
    member('a.dc2', { role: 'consul' }),
    member('b.dc2', CONTROL, 'failed'),
    member('c.dc2', { ...CONTROL, id: 'i', build: '1.21.0:' }),
  ];
  expect(knownServer(members, 'dc2')).toEqual({
    Datacenter: 'dc2',
    ID: 'i',
    Node: 'c',
    Address: '10.0.0.1:8300',
    Version: '1.21.0',
  });
});

it('is nobody while nobody tells of one', () => {
  expect(knownServer([member('a', { role: 'node' })], 'dc1')).toBeUndefined();
});
