/** Frames and subscriptions over a socket that only remembers. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Hello,
  LINK_PROTOCOL,
  type Op,
  type ServerMessage,
  decodeServerMessage,
} from '../../protocol/frames.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import type { LinkSocket } from './link.ts';
import { Links } from './links.ts';

class FakeSocket implements LinkSocket {
  readonly messages: ServerMessage[] = [];
  closed: string | null = null;
  heard: (message: ServerMessage) => void = () => {};
  #attachment: unknown = null;

  send(message: string): void {
    const decoded = decodeServerMessage(message);
    this.messages.push(decoded);
    this.heard(decoded);
  }

  close(_code: number, reason: string): void {
    this.closed = reason;
  }

  serializeAttachment(value: unknown): void {
    this.#attachment = value;
  }

  deserializeAttachment(): unknown {
    return this.#attachment;
  }

  /** What came since the last call, in its order. */
  take(): ServerMessage[] {
    return this.messages.splice(0);
  }
}

const HELLO: Hello = {
  protocolMin: LINK_PROTOCOL,
  protocolMax: LINK_PROTOCOL,
  features: [],
  nodeId: 'id-of-n1',
  nodeName: 'n1',
  epoch: 'e',
  datacenterUUID: '',
  incarnation: '',
};
const set = (key: string, value: string): Op => ['kv.apply', { verb: 'set', key, value }];
const subscribe = (id: number, key: string): Op => [
  'link.subscribe',
  { id, method: 'kv.get', args: { key } },
];
const get = (key: string): Op => ['kv.get', { key }];

let datacenter: DatacenterFixture;
let links: Links;
let saves: Map<string, () => void>;

beforeEach(() => {
  datacenter = new DatacenterFixture();
  saves = new Map();
  links = create();
});

function create(): Links {
  return new Links(datacenter.state, {
    keepaliveAt: () => undefined,
    opened: () => {},
    closed: () => {},
    saveSoon: (key, save) => saves.set(key, save),
  });
}

function open(hello: Partial<Hello> = {}): FakeSocket {
  const socket = new FakeSocket();
  links.receive(socket, JSON.stringify({ hello: { ...HELLO, ...hello } }));
  socket.take();
  return socket;
}

/** The replies' indexes and bodies, and the pushes, in the order in which they came. */
function frame(socket: FakeSocket, seq: number, ops: Op[]): unknown[] {
  links.receive(socket, JSON.stringify({ seq, ops }));
  return told(socket);
}

function told(socket: FakeSocket): unknown[] {
  return socket.take().map((message) => {
    if (message.type === 'push')
      return message.pushes.map(({ id, index }) => `push ${id} at ${index}`);
    if (message.type === 'reply')
      return message.frame.replies.map(
        ({ index, body, code }) => code ?? `${index} ${body.slice(0, 6)}`,
      );
    return message.type;
  });
}

describe('a subscription', () => {
  it('in one frame with a write before it knows that write', () => {
    const socket = open();
    expect(frame(socket, 1, [set('k', 'MQ=='), subscribe(1, 'k')])).toEqual([
      ['2 true', '2 [{"Loc'],
    ]);
  });

  it('in one frame with a write after it knows that write too', () => {
    const socket = open();
    const answers = frame(socket, 1, [subscribe(1, 'k'), set('k', 'MQ=='), get('k')]);
    expect(answers).toEqual([['2 [{"Loc', '2 true', '2 [{"Loc']]);
    expect(frame(socket, 2, [set('k', 'Mg==')])).toEqual([['push 1 at 3'], ['3 true']]);
  });

  it('of a prefix in one frame with the first key below it', () => {
    const socket = open();
    const list: Op = ['link.subscribe', { id: 1, method: 'kv.list', args: { prefix: 'a/' } }];
    expect(frame(socket, 1, [list, set('a/k', 'MQ==')])).toEqual([['2 [{"Loc', '2 true']]);
  });

  it('of the link that writes is told after those of others', () => {
    const writer = open();
    const reader = open({ nodeId: 'id-of-n2', nodeName: 'n2' });
    const order: string[] = [];
    for (const [name, socket] of Object.entries({ writer, reader })) {
      frame(socket, 1, [subscribe(1, 'k')]);
      socket.heard = ({ type }) => order.push(`${name}: ${type}`);
    }
    frame(writer, 2, [set('k', 'v')]);
    expect(order).toEqual(['reader: push', 'writer: push', 'writer: reply']);
  });

  it('is made again when its frame is sent again over a new link', () => {
    const ops = [subscribe(1, 'k'), set('k', 'MQ==')];
    frame(open(), 1, ops);
    const second = open();
    expect(frame(second, 1, ops)).toEqual([['2 [{"Loc', '2 true']]);
    const writer = open({ nodeId: 'id-of-n2', nodeName: 'n2' });
    frame(writer, 1, [set('k', 'Mg==')]);
    expect(told(second)).toEqual([['push 1 at 3']]);
  });

  it('is found again after the object was evicted, and pushes the next change', () => {
    const socket = open();
    frame(socket, 1, [subscribe(1, 'k'), subscribe(2, 'absent')]);
    for (const save of saves.values()) save();
    datacenter.evict();
    links = create();
    links.restore(socket);
    expect(frame(socket, 2, [set('elsewhere', 'MQ==')])).toEqual([['2 true']]);
    expect(frame(socket, 3, [set('k', 'MQ==')])).toEqual([['push 1 at 3'], ['3 true']]);
    expect(frame(socket, 4, [set('absent', 'MQ==')])).toEqual([['push 2 at 4'], ['4 true']]);
  });

  it('that fails tells why, and the rest of its frame stands', () => {
    const socket = open();
    const wrong: Op = ['link.subscribe', { id: 1, method: 'kv.apply' as never, args: {} as never }];
    expect(frame(socket, 1, [wrong, set('k', 'MQ==')])).toEqual([['internal', '2 true']]);
  });

  it('ends with its link', () => {
    const socket = open();
    frame(socket, 1, [subscribe(1, 'k')]);
    links.close(socket);
    expect(datacenter.state.subscriptions.size).toBe(0);
  });
});

describe('a frame', () => {
  it('that is sent again answers the same and applies nothing, while its reads run again', () => {
    const first = open();
    const ops = [set('k', 'MQ=='), get('other')];
    frame(first, 1, ops);
    const second = open();
    frame(open({ nodeId: 'id-of-n2', nodeName: 'n2' }), 1, [set('other', 'MQ==')]);
    expect(frame(second, 1, ops)).toEqual([['2 true', '3 [{"Loc']]);
    expect(datacenter.state.writer.lastIndex).toBe(3);
  });

  it('and the one after it may both come again, whatever comes next', () => {
    const first = open();
    frame(first, 1, [set('a', 'MQ==')]);
    frame(first, 2, [set('b', 'MQ==')]);
    const second = open();
    expect(frame(second, 1, [set('a', 'MQ==')])).toEqual([['2 true']]);
    expect(frame(second, 2, [set('b', 'MQ==')])).toEqual([['3 true']]);
    expect(frame(second, 3, [set('a', 'Mg==')])).toEqual([['4 true']]);
    expect(datacenter.state.writer.lastIndex).toBe(4);
  });

  it('that comes again late on its own link, or after the object was evicted, applies nothing', () => {
    const socket = open();
    for (const seq of [1, 2, 3]) frame(socket, seq, [set('k', btoa(`value ${seq}`))]);
    expect(frame(socket, 3, [set('k', 'Mg==')])).toEqual([['4 true']]);
    datacenter.evict();
    links = create();
    links.restore(socket);
    expect(frame(socket, 3, [set('k', 'Mg==')])).toEqual([['4 true']]);
    expect(datacenter.state.writer.lastIndex).toBe(4);
  });

  it('of another epoch is a new one', () => {
    frame(open(), 1, [set('k', 'MQ==')]);
    expect(frame(open({ epoch: 'f' }), 1, [set('k', 'Mg==')])).toEqual([['3 true']]);
  });

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['no object', '7'],
    ['no ops', '{"seq":1}'],
    ['ops that are none', '{"seq":1,"ops":[null]}'],
    ['an op without a name', '{"seq":1,"ops":[[7]]}'],
    ['a token that is none', '{"seq":1,"ops":[["kv.get",{},{}]]}'],
    ['a hello without a node', `{"hello":${JSON.stringify({ ...HELLO, nodeName: undefined })}}`],
    ['a hello that is none', '{"hello":null}'],
  ])('with %s closes the link', (_name, text) => {
    const socket = open();
    links.receive(socket, text);
    expect(socket.closed).toMatch(/^malformed message/);
  });
});
