/** The rules by which news change what is believed, message by message. */
import { afterEach, describe, expect, it } from 'vitest';
import { MessageType } from '../wire/message-type.ts';
import { AliveType, DeadType, SuspectType } from '../wire/messages.ts';
import type { Alive } from '../wire/messages.ts';
import { encodeMessage } from '../wire/msgpack/struct.ts';
import { TestPool } from '../testing/test-pool.ts';
import type { MemberOptions, TestMember } from '../testing/test-pool.ts';

const pools: TestPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
});

const OTHER = { address: '10.9.9.9', port: 7946 };
const VERSIONS = new Uint8Array([1, 5, 2, 0, 0, 0]);

/** One member, quiet, and somebody who tells it things. */
class Listener {
  readonly pool: TestPool;
  readonly member: TestMember;

  private constructor(pool: TestPool, member: TestMember) {
    this.pool = pool;
    this.member = member;
  }

  static async create(options: MemberOptions = {}): Promise<Listener> {
    const pool = new TestPool();
    pools.push(pool);
    const quiet = {
      probeIntervalMs: 1_000_000,
      pushPullIntervalMs: 0,
      gossipIntervalMs: 1_000_000,
    };
    return new Listener(pool, await pool.add({ ...quiet, name: 'self', ...options }));
  }

  tell(message: Uint8Array): void {
    this.member.transport.receive(message, OTHER);
  }

  alive(incarnation: number, changes: Partial<Alive> = {}): void {
    const message = {
      incarnation,
      node: 'n',
      address: new Uint8Array([10, 1, 1, 1]),
      port: 7946,
      meta: new Uint8Array(0),
      versions: VERSIONS,
      ...changes,
    };
    this.tell(encodeMessage(MessageType.alive, AliveType, message));
  }

  suspect(incarnation: number, from = 'x', node = 'n'): void {
    this.tell(encodeMessage(MessageType.suspect, SuspectType, { incarnation, node, from }));
  }

  dead(incarnation: number, from = 'x', node = 'n'): void {
    this.tell(encodeMessage(MessageType.dead, DeadType, { incarnation, node, from }));
  }

  /** State and incarnation, as in `alive 3`. */
  view(node = 'n'): string {
    const view = this.member.memberlist.lookup(node);
    return view === undefined ? 'unknown' : `${view.state} ${view.incarnation}`;
  }

  get events(): string[] {
    return this.member.delegate.events.slice(1);
  }

  get refused(): Record<string, number> {
    const { refused } = this.member.memberlist.counters;
    return Object.fromEntries(Object.entries(refused).filter(([, count]) => count > 0));
  }
}

type Step = ['alive' | 'suspect' | 'dead' | 'left', number];

/** The belief about a node after a sequence of news, as SWIM's section 4.2 orders them. */
const SEQUENCES: [steps: Step[], belief: string, events: string[]][] = [
  [[['alive', 1]], 'alive 1', ['join n']],
  [[['suspect', 1]], 'unknown', []],
  [[['dead', 1]], 'unknown', []],
  [[['alive', 0]], 'unknown', []],
  [
    [
      ['alive', 3],
      ['alive', 2],
    ],
    'alive 3',
    ['join n'],
  ],
  [
    [
      ['alive', 3],
      ['alive', 4],
    ],
    'alive 4',
    ['join n'],
  ],
  [
    [
      ['alive', 3],
      ['suspect', 2],
    ],
    'alive 3',
    ['join n'],
  ],
  [
    [
      ['alive', 3],
      ['suspect', 3],
    ],
    'suspect 3',
    ['join n'],
  ],
  [
    [
      ['alive', 3],
      ['suspect', 5],
    ],
    'suspect 5',
    ['join n'],
  ],
  [
    [
      ['alive', 3],
      ['suspect', 3],
      ['alive', 3],
    ],
    'suspect 3',
    ['join n'],
  ],
  [
    [
      ['alive', 3],
      ['suspect', 3],
      ['alive', 4],
    ],
    'alive 4',
    ['join n'],
  ],
  [
    [
      ['alive', 3],
      ['dead', 2],
    ],
    'alive 3',
    ['join n'],
  ],
  [
    [
      ['alive', 3],
      ['dead', 3],
    ],
    'dead 3',
    ['join n', 'dead n'],
  ],
  [
    [
      ['alive', 3],
      ['suspect', 3],
      ['dead', 3],
    ],
    'dead 3',
    ['join n', 'dead n'],
  ],
  [
    [
      ['alive', 3],
      ['dead', 3],
      ['dead', 4],
    ],
    'dead 3',
    ['join n', 'dead n'],
  ],
  [
    [
      ['alive', 3],
      ['dead', 3],
      ['suspect', 4],
    ],
    'dead 3',
    ['join n', 'dead n'],
  ],
  [
    [
      ['alive', 3],
      ['dead', 3],
      ['alive', 3],
    ],
    'dead 3',
    ['join n', 'dead n'],
  ],
  [
    [
      ['alive', 3],
      ['dead', 3],
      ['alive', 4],
    ],
    'alive 4',
    ['join n', 'dead n', 'join n'],
  ],
  [
    [
      ['alive', 3],
      ['left', 3],
    ],
    'left 3',
    ['join n', 'left n'],
  ],
  [
    [
      ['alive', 3],
      ['left', 3],
      ['alive', 3],
    ],
    'left 3',
    ['join n', 'left n'],
  ],
  [
    [
      ['alive', 3],
      ['left', 3],
      ['alive', 4],
    ],
    'alive 4',
    ['join n', 'left n', 'join n'],
  ],
  [
    [
      ['alive', 3],
      ['dead', 3],
      ['left', 3],
    ],
    'dead 3',
    ['join n', 'dead n'],
  ],
];

describe('news of another node', () => {
  it.each(SEQUENCES)('%j leave it %s', async (steps, belief, events) => {
    const listener = await Listener.create();
    for (const [what, incarnation] of steps) {
      if (what === 'left') listener.dead(incarnation, 'n');
      else listener[what](incarnation);
    }
    expect(listener.view()).toBe(belief);
    expect(listener.events).toEqual(events);
  });

  it('replayed, change nothing', async () => {
    const listener = await Listener.create();
    const history: Step[] = [
      ['alive', 1],
      ['suspect', 1],
      ['alive', 2],
      ['dead', 2],
      ['alive', 3],
    ];
    for (let round = 0; round < 3; round++) {
      for (const [what, incarnation] of history) {
        if (what !== 'left') listener[what](incarnation);
      }
    }
    expect(listener.view()).toBe('alive 3');
    expect(listener.events).toEqual(['join n', 'dead n', 'join n']);
  });

  it('metadata comes with a higher incarnation only', async () => {
    const listener = await Listener.create();
    const meta = Buffer.from('new');
    listener.alive(1);
    listener.alive(1, { meta });
    expect(listener.events).toEqual(['join n']);
    listener.alive(2, { meta });
    listener.alive(3, { meta });
    expect(listener.events).toEqual(['join n', 'update n']);
  });
});

describe('news of oneself', () => {
  it.each([
    ['a suspicion', (one: Listener) => one.suspect(1, 'x', 'self'), 'alive 2'],
    ['a suspicion of the future', (one: Listener) => one.suspect(7, 'x', 'self'), 'alive 8'],
    ['a death', (one: Listener) => one.dead(1, 'x', 'self'), 'alive 2'],
    ['its departure', (one: Listener) => one.dead(1, 'self', 'self'), 'alive 2'],
    ['an old suspicion', (one: Listener) => one.suspect(0, 'x', 'self'), 'alive 1'],
  ])('%s is refuted', async (_name, tell, view) => {
    const listener = await Listener.create();
    tell(listener);
    expect(listener.view('self')).toBe(view);
    const refuted = view === 'alive 1' ? 0 : 1;
    expect(listener.member.memberlist.counters.refutations).toBe(refuted);
    expect(listener.member.memberlist.healthScore()).toBe(refuted);
  });

  it('its own old words under the same incarnation are refuted only if they differ', async () => {
    const listener = await Listener.create();
    const address = new Uint8Array([10, 0, 0, 1]);
    listener.alive(1, { node: 'self', address });
    expect(listener.view('self')).toBe('alive 1');
    listener.alive(1, { node: 'self', address, meta: Buffer.from('of a former life') });
    expect(listener.view('self')).toBe('alive 2');
    expect(listener.member.memberlist.localNode().meta.length).toBe(0);
  });

  it('an accusation that leaves no number to refute it with is ignored', async () => {
    const listener = await Listener.create();
    listener.suspect(0xffff_ffff, 'x', 'self');
    listener.dead(0xffff_ffff, 'x', 'self');
    expect(listener.view('self')).toBe('alive 1');
    listener.suspect(0xffff_fffe, 'x', 'self');
    expect(listener.view('self')).toBe('alive 4294967295');
    expect(listener.refused).toEqual({ malformed: 2 });
  });

  it('while it leaves, nothing brings it back', async () => {
    const listener = await Listener.create();
    await listener.member.memberlist.leave(10);
    listener.alive(9, { node: 'self', address: new Uint8Array([10, 0, 0, 1]) });
    listener.suspect(9, 'x', 'self');
    expect(listener.view('self')).toBe('left 1');
  });
});

describe('a name that comes from another address', () => {
  const elsewhere = { address: new Uint8Array([10, 1, 1, 2]) };
  it.each([
    ['of a living node is a conflict', [['alive', 1]], 0, 'conflict n'],
    [
      'of a suspect is a conflict',
      [
        ['alive', 1],
        ['suspect', 1],
      ],
      0,
      'conflict n',
    ],
    [
      'of one that left is its return',
      [
        ['alive', 1],
        ['left', 1],
      ],
      0,
      'join n',
    ],
    [
      'of a failed one is a conflict',
      [
        ['alive', 1],
        ['dead', 1],
      ],
      0,
      'conflict n',
    ],
    [
      'of one that just failed is a conflict',
      [
        ['alive', 1],
        ['dead', 1],
      ],
      30_000,
      'conflict n',
    ],
  ] as [string, Step[], number, string][])('%s', async (_name, steps, reclaimMs, event) => {
    const listener = await Listener.create({ deadNodeReclaimTimeMs: reclaimMs });
    for (const [what, incarnation] of steps) {
      if (what === 'left') listener.dead(incarnation, 'n');
      else listener[what](incarnation);
    }
    listener.alive(2, elsewhere);
    expect(listener.events.at(-1)).toBe(event);
  });

  it('of one that failed long enough ago is taken over, even under an old incarnation', async () => {
    const listener = await Listener.create({ deadNodeReclaimTimeMs: 30_000 });
    listener.alive(5);
    listener.dead(5);
    listener.pool.clock.advance(30_001);
    listener.alive(1, elsewhere);
    expect(listener.view()).toBe('alive 1');
    expect(listener.member.memberlist.lookup('n')?.node.address).toBe('10.1.1.2');
  });
});

describe('what is refused', () => {
  it.each([
    ['an address of three bytes', { address: new Uint8Array(3) }, 'malformed'],
    ['no address', { address: new Uint8Array(0) }, 'malformed'],
    ['no name', { node: '' }, 'malformed'],
    ['a name of 300 bytes', { node: 'n'.repeat(300) }, 'malformed'],
    ['versions from zero', { versions: new Uint8Array([0, 5, 2, 0, 0, 0]) }, 'versions'],
    ['versions upside down', { versions: new Uint8Array([5, 2, 2, 0, 0, 0]) }, 'versions'],
  ] as [string, Partial<Alive>, string][])('%s', async (_name, changes, refusal) => {
    const listener = await Listener.create();
    listener.alive(1, changes);
    expect(listener.refused).toEqual({ [refusal]: 1 });
    expect(listener.events).toEqual([]);
  });

  it('versions may be absent, as in old nodes', async () => {
    const listener = await Listener.create();
    listener.alive(1, { versions: new Uint8Array(0) });
    expect(listener.view()).toBe('alive 1');
  });

  it('a port of zero is that of everybody (protocol 1)', async () => {
    const listener = await Listener.create();
    listener.alive(1, { port: 0 });
    expect(listener.member.memberlist.lookup('n')?.node.port).toBe(7946);
  });
});
