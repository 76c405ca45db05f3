/** Agent and datacenter make the same digests: an agent in sync reads nothing of its node, and of drift only what drifted. */
import { beforeEach, describe, expect, it } from 'vitest';
import { CatalogFixture } from '../../durable-objects/testing/catalog-fixture.ts';
import type { EntryIDs } from '../../protocol/node-digest.ts';
import { AntiEntropy } from '../../sidecar/local/anti-entropy.ts';
import type { Catalog } from '../../sidecar/local/interfaces.ts';
import { LocalState } from '../../sidecar/local/local-state.ts';
import { Registrar } from '../../sidecar/local/registrar.ts';
import { noStateDirectory } from '../../sidecar/local/state-directory.ts';
import { nodeRequest } from '../../sidecar/local/sync-round.ts';
import { FakeKinds, testClock, testLog, testNode } from '../../sidecar/local/testing.ts';

const API = { source: 'api', token: '' } as const;
const SERVICES = 100;
const NODE = testNode.Node;

/** The datacenter's own endpoints; counts what the comparisons cost on the link. */
class CountedCatalog implements Catalog {
  readonly fixture = new CatalogFixture();
  readonly writes: string[] = [];
  readonly reads: { only: EntryIDs | undefined; chars: number }[] = [];
  digestChars = 0;

  async register(request: Parameters<Catalog['register']>[0]): Promise<void> {
    this.writes.push(`+ ${request.Service?.ID ?? request.Check?.CheckID ?? 'node'}`);
    this.fixture.register(request);
  }

  async deregister(request: Parameters<Catalog['deregister']>[0]): Promise<void> {
    this.writes.push(`- ${request.ServiceID ?? request.CheckID}`);
    this.fixture.deregister(request);
  }

  async nodeState(node: string, only?: EntryIDs): ReturnType<Catalog['nodeState']> {
    const args = only === undefined ? { node } : { node, only };
    const state = this.fixture.read('node.state', args) ?? null;
    this.reads.push({ only, chars: JSON.stringify([args, state]).length });
    return state;
  }

  async nodeDigest(
    node: string,
    digest: string,
    except: EntryIDs,
  ): ReturnType<Catalog['nodeDigest']> {
    const args = { node, digest, except };
    const reply = this.fixture.read('node.digest', args) ?? null;
    this.digestChars = JSON.stringify([args, reply]).length;
    return reply;
  }
}

let catalog: CountedCatalog;
let antiEntropy: AntiEntropy;
let registrar: Registrar;

const compare = async (): Promise<void> => {
  catalog.writes.length = 0;
  catalog.reads.length = 0;
  await antiEntropy.resync();
};

beforeEach(async () => {
  catalog = new CountedCatalog();
  const state = new LocalState(() => Date.now());
  registrar = new Registrar({
    state,
    kinds: new FakeKinds(),
    directory: noStateDirectory,
    node: NODE,
    now: () => Date.now(),
    log: testLog,
  });
  const own = { ...testNode, ID: '', Meta: { rack: 'r1' } };
  antiEntropy = new AntiEntropy({
    state,
    catalog,
    clock: testClock,
    log: testLog,
    random: () => 0.5,
    node: () => own,
    wholeNode: () => nodeRequest(own),
    lastWritten: () => 0,
    nodeToken: () => '',
    defaultToken: () => '',
    checkUpdateIntervalMs: () => 0,
    clusterSize: () => 1,
    kept: { services: ['consul'], checks: ['serfHealth'] },
  });
  for (let i = 0; i < SERVICES; i++) {
    await registrar.registerService(
      {
        ID: `web-${i}`,
        Name: 'web',
        Port: 80 + i,
        Address: `10.0.0.${i}`,
        Tags: i % 2 === 0 ? ['v1', 'ü'] : [],
        Meta: i % 3 === 0 ? { version: '1' } : {},
        Connect: i % 5 === 0 ? { Native: true } : undefined,
        Check: { TTL: '1h', Notes: i % 7 === 0 ? 'a note' : '' },
      } as Parameters<Registrar['registerService']>[0],
      API,
    );
  }
  await registrar.registerCheck({ Name: 'of the node', TCP: 'x:1', Interval: '1m' }, API);
  antiEntropy.start();
  await antiEntropy.resync();
  // What the datacenter keeps of the node by itself.
  catalog.fixture.register({
    Node: NODE,
    SkipNodeUpdate: true,
    Check: { CheckID: 'serfHealth', Name: 'Serf Health Status', Status: 'passing' },
  });
  return () => antiEntropy.stop();
});

describe('a comparison', () => {
  it('of a host in sync is one digest there and a word back', async () => {
    await compare();
    expect([catalog.writes, catalog.reads]).toEqual([[], []]);
    expect(catalog.digestChars).toBeLessThan(200);
  });

  it.each<[string, () => void, EntryIDs, string[]]>([
    [
      'a service that was changed there',
      () =>
        catalog.fixture.register({
          Node: NODE,
          SkipNodeUpdate: true,
          Service: { ID: 'web-7', Service: 'web', Port: 9 },
        }),
      { services: ['web-7'], checks: [] },
      ['+ web-7'],
    ],
    [
      'a service that was deleted there',
      () => catalog.fixture.deregister({ Node: NODE, ServiceID: 'web-3' }),
      { services: ['web-3'], checks: ['service:web-3'] },
      ['+ web-3'],
    ],
    [
      'a check that was left over from before',
      () =>
        catalog.fixture.register({
          Node: NODE,
          SkipNodeUpdate: true,
          Check: { CheckID: 'stray', Name: 'stray', Status: 'critical' },
        }),
      { services: [], checks: ['stray'] },
      ['- stray'],
    ],
    [
      'the node itself',
      () => catalog.fixture.register({ Node: NODE, Address: '10.9.9.9' }),
      { services: [], checks: [] },
      ['+ node'],
    ],
  ])('finds %s, and reads nothing else', async (_what, drift, only, writes) => {
    drift();
    await compare();
    expect(catalog.writes).toEqual(writes);
    expect(catalog.reads.map((read) => read.only)).toEqual([only]);
    expect(catalog.reads[0]!.chars).toBeLessThan(2_500);
    await compare();
    expect([catalog.writes, catalog.reads]).toEqual([[], []]);
  });

  it('of a host whose digests differ costs less than an eighth of the whole', async () => {
    catalog.fixture.deregister({ Node: NODE, CheckID: 'of the node' });
    await compare();
    const whole = JSON.stringify(catalog.fixture.read('node.state', { node: NODE })).length;
    const travelled = catalog.digestChars + catalog.reads[0]!.chars;
    expect(travelled).toBeLessThan(whole / 8);
  });
});
