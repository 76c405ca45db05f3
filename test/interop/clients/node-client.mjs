// What a program with the npm package `consul` does all day; one JSON line with what it saw, or a stack trace.
//
// node-client.mjs PORT MODULES
import { createRequire } from 'node:module';
import { once } from 'node:events';

const [port, modules] = process.argv.slice(2);
const Consul = createRequire(`${modules}/`)('consul');
const client = new Consul({ host: '127.0.0.1', port });
const seen = {};

await client.kv.set('js/a', 'one');
seen.value = (await client.kv.get('js/a')).Value;
seen.keys = await client.kv.keys('js/');

const watch = client.watch({ method: client.kv.get, options: { key: 'js/a' }, maxAttempts: 1 });
const [first] = await once(watch, 'change');
const next = once(watch, 'change');
await client.kv.set('js/a', 'two');
const [second] = await next;
watch.end();
seen.watched = [first.Value, second.Value];

const session = await client.session.create({ ttl: '30s', lockdelay: '1s' });
seen.acquired = await client.kv.set({ key: 'js/lock', value: 'me', acquire: session.ID });
seen.holder = (await client.kv.get('js/lock')).Session === session.ID;
await client.session.renew(session.ID);
await client.session.destroy(session.ID);

await client.agent.service.register({
  name: 'js-web',
  id: 'js-web-1',
  address: '10.1.2.4',
  port: 8081,
  tags: ['a'],
  check: { ttl: '30s' },
});
await client.agent.check.pass({ id: 'service:js-web-1', note: 'fine' });
let instances = [];
for (let i = 0; i < 100 && instances.length === 0; i++) {
  instances = await client.health.service({ service: 'js-web', passing: true });
  await new Promise((resolve) => setTimeout(resolve, 50));
}
seen.instance = [instances[0].Service.Address, instances[0].Service.Port];
seen.services = (await client.catalog.service.list())['js-web'];
seen.datacenters = await client.catalog.datacenters();
seen.members = (await client.agent.members()).map((member) => member.Name);
await client.agent.service.deregister('js-web-1');
seen.local = 'js-web-1' in (await client.agent.services());
const txn = await client.transaction.create([
  { KV: { Verb: 'set', Key: 'js/t', Value: Buffer.from('x').toString('base64') } },
]);
seen.txn = txn.Results[0].KV.Key;
seen.leader = (await client.status.leader()) !== '';
await client.kv.del({ key: 'js/', recurse: true });
seen.gone = (await client.kv.get({ key: 'js/', recurse: true })) ?? null;
console.log(JSON.stringify(seen));
