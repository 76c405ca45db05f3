/** Anti-entropy: the whole state, exchanged with one random member now and then, and when joining. */
import { GossipError } from '../errors.ts';
import { NODE_STATES } from '../gossip-node.ts';
import type { GossipNode, NodeState } from '../gossip-node.ts';
import type { PeerAddress } from '../transport.ts';
import type { PushPullNode } from '../wire/messages.ts';
import { encodePushPull } from '../wire/push-pull.ts';
import type { PushPull } from '../wire/push-pull.ts';
import { renderIP } from '../wire/ip-address.ts';
import { refuse } from './context.ts';
import type { SwimContext } from './context.ts';
import { memberNode } from './member.ts';
import type { Membership } from './membership.ts';
import { pushPullScaleMs } from './scaling.ts';
import type { StreamClient } from './stream-client.ts';
import { Ticker } from './ticker.ts';
import { decodeVersions, encodeVersions, incompatibility } from './versions.ts';
import type { VersionedNode } from './versions.ts';

const EMPTY = new Uint8Array(0);

export class PushPullSync {
  readonly #context: SwimContext;
  readonly #membership: Membership;
  readonly #streams: StreamClient;
  readonly #ticker: Ticker;

  constructor(context: SwimContext, membership: Membership, streams: StreamClient) {
    this.#context = context;
    this.#membership = membership;
    this.#streams = streams;
    const { clock, config, table } = context;
    const intervalMs = (): number => pushPullScaleMs(config.pushPullIntervalMs, table.size);
    this.#ticker = new Ticker(clock, intervalMs, () => this.#tick());
  }

  start(): void {
    const { config, random } = this.#context;
    if (config.pushPullIntervalMs > 0) this.#ticker.start(random);
  }

  stop(): void {
    this.#ticker.stop();
  }

  /** Gives this node's state for the other's. @param done called once, with what went wrong if anything did */
  exchange(to: PeerAddress, join: boolean, done: (error: GossipError | undefined) => void): void {
    const { streamTimeoutMs } = this.#context.config;
    this.#streams.request(to, this.localState(join), streamTimeoutMs, (error, answer) => {
      if (error !== undefined) return done(error);
      if (answer?.kind !== 'push_pull')
        return done(new GossipError('malformed', 'no state came back'));
      const objection = this.merge({ ...answer.pushPull, join });
      done(objection === undefined ? undefined : new GossipError('refused', objection));
    });
  }

  localState(join: boolean): Uint8Array {
    const { table, delegates } = this.#context;
    const userState = delegates.delegate?.localState(join) ?? EMPTY;
    return encodePushPull(this.#localNodes(), table.size, userState, join);
  }

  /** @returns why nothing was merged; undefined when it was */
  merge({ nodes: received, join, userState }: PushPull): string | undefined {
    const { delegates, table } = this.#context;
    const nodes = received.map((node) => this.#withPort(node));
    const local = Iterator.from(table).map(({ node, state }) => ({ ...node, state }));
    const mismatch = incompatibility(
      local,
      nodes.map((node) => this.#versioned(node)),
    );
    if (mismatch !== undefined) {
      refuse(this.#context, 'versions', `a push/pull: ${mismatch}`);
      return mismatch;
    }
    const objection = join
      ? delegates.merge?.notifyMerge(nodes.map((node) => this.#described(node)))
      : undefined;
    if (objection !== undefined) {
      refuse(this.#context, 'delegate', `a join: ${objection}`);
      return objection;
    }
    this.#membership.merge(nodes);
    if (userState.length > 0) delegates.delegate?.mergeRemoteState(userState, join);
    return undefined;
  }

  #tick(): void {
    const { table, local, log } = this.#context;
    const [member] = table.pick(
      1,
      ({ state, node }) => state === 'alive' && node.name !== local.name,
    );
    if (member === undefined) return;
    this.exchange(member.node, false, (error) => {
      if (error !== undefined) log?.error(`push/pull with ${member.node.name}: ${error.message}`);
    });
  }

  *#localNodes(): Generator<PushPullNode> {
    for (const { node, incarnation, state } of this.#context.table) {
      yield {
        name: node.name,
        address: node.addressBytes,
        port: node.port,
        meta: node.meta,
        incarnation,
        state: NODE_STATES.indexOf(state),
        versions: encodeVersions(node.versions),
      };
    }
  }

  /** Protocol 1 sends no ports: all nodes use the same. */
  #withPort(node: PushPullNode): PushPullNode {
    return node.port === 0 ? { ...node, port: this.#context.transport.bound.port } : node;
  }

  #versioned({ name, state, versions }: PushPullNode): VersionedNode {
    return {
      name,
      state: NODE_STATES[state] ?? 'dead',
      versions: decodeVersions(versions, this.#context.local.versions),
    };
  }

  #described(remote: PushPullNode): { node: GossipNode; state: NodeState } {
    const { address: addressBytes, port, meta } = remote;
    const { name, state, versions } = this.#versioned(remote);
    const address = renderIP(addressBytes) ?? '';
    return { node: memberNode({ name, address, addressBytes, port, meta, versions }), state };
  }
}
