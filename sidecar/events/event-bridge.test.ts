import { beforeEach, describe, expect, it } from 'vitest';
import type { UserEvent } from '../../protocol/types/event.ts';
import { EventBridge } from './event-bridge.ts';
import { GossipEventSource } from './gossip-event-source.ts';
import { UserEvents } from './user-events.ts';

const event = (ID: string, NodeFilter = ''): UserEvent => ({
  ID,
  Name: 'deploy',
  Payload: null,
  NodeFilter,
  ServiceFilter: '',
  TagFilter: '',
  Version: 1,
  LTime: 1,
});

let isWanted: boolean;
let sent: string[];
let warnings: string[];
let refuse: Error | null;
let link: GossipEventSource;
let gossip: GossipEventSource;
let events: UserEvents;

beforeEach(() => {
  [isWanted, sent, warnings, refuse] = [true, [], [], null];
  const bridge = new EventBridge({
    isWanted: () => isWanted,
    gossip({ ID }) {
      if (refuse !== null) throw refuse;
      sent.push(`${ID} to the pool`);
    },
    async fire({ ID }) {
      if (refuse !== null) throw refuse;
      sent.push(`${ID} to the datacenter`);
    },
    warn: (text) => warnings.push(text),
  });
  link = new GossipEventSource();
  gossip = new GossipEventSource();
  events = new UserEvents([link, gossip], { node: 'n1', services: () => [] }, (each, source) =>
    bridge.carry(each, source === link ? 'link' : 'gossip'),
  );
});

describe('the agent that carries', () => {
  it('takes each event the other way, once, whomever it is aimed at', () => {
    link.receive(event('a'));
    // What it sent comes back to it.
    gossip.receive(event('a'));
    gossip.receive(event('b', 'somebody else'));
    link.receive(event('b', 'somebody else'));
    expect(sent).toEqual(['a to the pool', 'b to the datacenter']);
  });

  it('goes on after what could not be carried, and says so', async () => {
    refuse = new Error('too large');
    link.receive(event('a'));
    gossip.receive(event('b'));
    await Promise.resolve();
    expect(warnings).toEqual([
      'the event deploy did not go to the pool: too large',
      'the event deploy did not go to the datacenter: too large',
    ]);
    expect((await events.read('')).events.map(({ ID }) => ID)).toEqual(['a', 'b']);
  });
});

it('others carry nothing', () => {
  isWanted = false;
  link.receive(event('a'));
  gossip.receive(event('b'));
  expect(sent).toEqual([]);
});

it('nothing is delivered after the end', async () => {
  events.stop();
  gossip.receive(event('a'));
  expect(sent).toEqual([]);
});
