import { expect, it } from 'vitest';
import { countCalls, isWrite, nameOfCall } from './call-metrics.ts';

const calls = {
  sentByMethod: new Map([
    ['kv.apply', 3],
    ['kv.get', 5],
    ['link.subscribe', 2],
  ]),
  failedOps: 1,
  refusedOps: 4,
};
const byName = (isServer: boolean) =>
  Object.fromEntries(
    countCalls(calls, isServer)
      .filter(({ name }) => name.startsWith('consul.'))
      .map(({ name, value }) => [name.slice('consul.'.length), value]),
  );

it('counts a client’s calls as calls, those of a server as requests and commits too', () => {
  expect(byName(false)).toEqual({ 'client.rpc': 10, 'client.rpc.failed': 1 });
  expect(byName(true)).toEqual({
    'client.rpc': 10,
    'client.rpc.failed': 1,
    'rpc.request': 10,
    'rpc.query': 5,
    'rpc.request_error': 4,
    'raft.apply': 3,
  });
});

it.each([
  ['kv.apply', 'consul.kvs.apply', true],
  ['acl.token-set', 'consul.acl.token.upsert', true],
  ['discovery-chain.get', 'consul.discovery_chain.get', false],
  ['link.subscribe', 'lictor.link.call', false],
])('%s is measured as %s', (method, name, write) => {
  expect(nameOfCall(method).name).toBe(name);
  expect(isWrite(method)).toBe(write);
});
