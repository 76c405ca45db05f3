/** Three datacenters' servers in one WAN pool, in memory and on a virtual clock. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PoolKeys } from '../../agent-api/agent.ts';
import { SerfPool, type SerfMember } from '../../gossip/serf/testing/serf-pool.ts';
import type { KeyTask } from './key-task.ts';
import { RemoteKeys, answerKeyQuery } from './remote-keys.ts';

const LIST: KeyTask = { verb: 'list', key: '', relayFactor: 0 };
const found = (nodes: number): PoolKeys['result'] => ({
  messages: {},
  nodes,
  keys: { 'AQE=': nodes },
  primaryKeys: { 'AQE=': nodes },
});

let wan: SerfPool;
/** `server: verb key`, in the order in which it was done. */
let done: string[];
let warnings: string[];

beforeEach(() => {
  wan = new SerfPool();
  [done, warnings] = [[], []];
});
afterEach(() => wan.stop());

async function add(name: string, dc: string, answers = true): Promise<SerfMember> {
  const member = await wan.add({
    name: `${name}.${dc}`,
    tags: answers ? { dc, lictor: '1' } : { dc },
    onEvent: (event) => {
      if (!answers) return;
      const carryOut = async ({ verb, key }: KeyTask): Promise<PoolKeys['result']> => {
        done.push(`${name}: ${verb}${key === '' ? '' : ` ${key}`}`);
        return found(dc.length);
      };
      void answerKeyQuery(event, carryOut, { warn: (text) => warnings.push(text) });
    },
  });
  const [first] = wan.members;
  if (first !== member) await wan.join(member, first!);
  await wan.clock.advanceAsync(5_000);
  return member;
}

const keysOf = ({ pool }: SerfMember, datacenter: string): RemoteKeys =>
  new RemoteKeys({
    datacenter,
    members: () => pool.members(),
    query: (...query) => pool.query(...query),
  });

it('one server of each other datacenter does it', async () => {
  const s1 = await add('s1', 'dc1');
  await add('s2', 'dc2');
  await add('t2', 'dc2');
  await add('s3', 'dc-three');
  const task: KeyTask = { verb: 'install', key: 'AQE=', relayFactor: 1 };
  const answers = await wan.after(10_000, keysOf(s1, 'dc1').ask(task));
  expect(answers).toEqual([
    { pool: 'lan', datacenter: 'dc-three', result: found(8) },
    { pool: 'lan', datacenter: 'dc2', result: found(3) },
  ]);
  expect(done).toHaveLength(2);
  expect(done).toContain('s3: install AQE=');
  expect(warnings).toEqual([]);
});

it('nobody is asked where there is no other datacenter, none of ours, or one that left', async () => {
  const s1 = await add('s1', 'dc1');
  await add('t1', 'dc1');
  await add('consul', 'dc2', false);
  const s3 = await add('s3', 'dc3');
  await wan.after(20_000, s3.pool.leave());
  expect(await keysOf(s1, 'dc1').ask(LIST)).toEqual([]);
  expect(done).toEqual([]);
});

it('a datacenter that does not answer is named with the reason, and keeps nobody else', async () => {
  const s1 = await add('s1', 'dc1');
  const s2 = await add('s2', 'dc2');
  await add('s3', 'dc3');
  wan.cut(s1, s2);
  const asking = keysOf(s1, 'dc1').ask(LIST);
  // Over the third the question may come and the answer go: two ways are cut, or the server is seen to be dead.
  wan.cut(wan.members[2]!, s2);
  const answers = await wan.after(20_000, asking);
  expect(answers.map(({ datacenter, result }) => [datacenter, result.error])).toEqual([
    ['dc2', 'no answer from s2.dc2'],
    ['dc3', undefined],
  ]);
  await wan.clock.advanceAsync(120_000);
  const later = await wan.after(20_000, keysOf(s1, 'dc1').ask(LIST));
  expect(later[0]!.result.error).toBe('none of its servers can be reached');
});
