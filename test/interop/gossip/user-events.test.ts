/**
 * User events between agents of ours and a real Consul in one pool. Ours are agents of a deployed Worker: Consul would take
 * servers for peers of its own.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DeployedWorker } from '../../support/deployed-worker.ts';
import { type LictorProcess, LictorProcesses } from '../../support/lictor-process.ts';
import { eventually } from './eventually.ts';
import { RealConsul } from './real-consul.ts';

const SECRET = 'the-deployment-secret';
const KEY = Buffer.alloc(32, 7).toString('base64');
const processes = new LictorProcesses();

interface Event {
  readonly ID: string;
  readonly Name: string;
  readonly Payload: string | null;
}

let consul: RealConsul;
let worker: DeployedWorker;
let agents: LictorProcess[];

beforeAll(async () => {
  consul = await RealConsul.start({ name: 'real', server: true, encrypt: KEY });
  worker = await DeployedWorker.start(processes.temporaryDirectory(), SECRET);
  agents = await Promise.all(
    ['n1', 'n2'].map((node) =>
      processes.start('agent', [
        `-edge-url=${worker.url}`,
        `-token=${SECRET}`,
        `-data-dir=${processes.temporaryDirectory()}`,
        `-node=${node}`,
        '-bind=127.0.0.1',
        `-encrypt=${KEY}`,
        `-retry-join=${consul.lan}`,
      ]),
    ),
  );
  await eventually(async () => {
    const names = (await consul.members()).map(({ Name, Status }) => `${Name} ${Status}`);
    expect(names.toSorted()).toEqual(['n1 1', 'n2 1', 'real 1']);
  });
}, 60_000);
afterAll(async () => {
  await processes.stopAll();
  await worker?.stop();
  await consul?.stop();
});

const list = async (base: string): Promise<Event[]> =>
  (await (await fetch(`${base}/v1/event/list`)).json()) as Event[];
const idsOf = (events: Event[], name: string): string[] =>
  events.filter(({ Name }) => Name === name).map(({ ID }) => ID);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function everywhere(name: string): Promise<string[][]> {
  const lists = await Promise.all([
    ...agents.map(({ base }) => list(base)),
    consul.get<Event[]>('/v1/event/list'),
    worker.fetch('/v1/event/list').then((answer) => answer.json() as Promise<Event[]>),
  ]);
  return lists.map((events) => idsOf(events, name));
}

it.each([
  ['one of our agents', () => `${agents[1]!.base}/v1/event/fire/deploy`, 'deploy'],
  ['the Worker', () => `${worker.url}/v1/event/fire/rollout`, 'rollout'],
])('fired at %s it is listed everywhere, once, under its own ID', async (_, url, name) => {
  const headers = { 'x-consul-token': SECRET };
  const fired = await fetch(url(), { method: 'PUT', body: 'v1', headers });
  const { ID } = (await fired.json()) as Event;
  await eventually(async () => expect(await everywhere(name)).toEqual([[ID], [ID], [ID], [ID]]));
  await pause(1_500);
  expect(await everywhere(name)).toEqual([[ID], [ID], [ID], [ID]]);
});

it('fired at the real Consul it is listed everywhere, once, under its own ID', async () => {
  const { ID } = JSON.parse(await consul.put('/v1/event/fire/theirs', 'v2')) as Event;
  await eventually(async () =>
    expect(await everywhere('theirs')).toEqual([[ID], [ID], [ID], [ID]]),
  );
  const first = (await list(agents[0]!.base)).find(({ Name }) => Name === 'theirs');
  expect(Buffer.from(first?.Payload ?? '', 'base64').toString()).toBe('v2');
  await pause(1_500);
  expect(await everywhere('theirs')).toEqual([[ID], [ID], [ID], [ID]]);
});
