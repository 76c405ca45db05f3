/** This host's part of the catalog, over the link: what anti-entropy and alias checks see of the datacenter. */
import type { MethodArgs, MethodName, NodeState, ReadMethod } from '../../../protocol/methods.ts';
import { FEATURE_DIGESTS, FEATURE_NODE_CHANGES } from '../../../protocol/frames.ts';
import type { EntryIDs, NodeDigestReply } from '../../../protocol/node-digest.ts';
import type {
  ConnectProxyConfig,
  DeregisterRequest,
  HealthCheck,
  RegisterRequest,
} from '../../../protocol/types/catalog.ts';
import type { Coordinate, CoordinateEntry } from '../../../protocol/types/coordinate.ts';
import {
  type Answer,
  type ServerRPC,
  directCall,
  followingCall,
} from '../../../http-api/server-rpc.ts';
import { NODE_TOKEN } from '../../../protocol/reserved-tokens.ts';
import { pause } from '../../../http-api/pause.ts';

/** What an alias check looks at. */
export interface NodeView {
  readonly checks: readonly HealthCheck[];
  readonly hasService: (serviceID: string) => boolean;
}

/** How long one wait for another node's changes lasts, and how long after a failure the next begins. */
const WATCH_WAIT_MS = 600_000;
const WATCH_RETRY_MS = 5_000;

export class LinkCatalog {
  readonly #rpc: ServerRPC;

  #makesDigests = false;
  #tellsOfChanges = false;
  #lastWritten = 0;

  constructor(rpc: ServerRPC) {
    this.#rpc = rpc;
  }

  /** @param features of the datacenter that the link has just reached */
  linkConnected(features: readonly string[]): void {
    this.#makesDigests = features.includes(FEATURE_DIGESTS);
    this.#tellsOfChanges = features.includes(FEATURE_NODE_CHANGES);
  }

  async register(request: RegisterRequest, token: string): Promise<void> {
    this.#wrote(await this.#call('catalog.register', request, token));
  }

  async deregister(request: DeregisterRequest, token: string): Promise<void> {
    this.#wrote(await this.#call('catalog.deregister', request, token));
  }

  /** The index of this agent's latest write to its part of the catalog. */
  readonly lastWritten = (): number => this.#lastWritten;

  #wrote({ index }: Answer): void {
    this.#lastWritten = Math.max(this.#lastWritten, index);
  }

  /**
   * Tells each time that this node's part of the catalog was written to, by whomever, with the index of the write.
   *
   * @returns the function that ends this
   */
  followChanges(node: string, onChange: (index: number) => void): () => void {
    if (!this.#tellsOfChanges) return () => {};
    let isFirst = true;
    return this.#watch('node.changed', { node }, NODE_TOKEN, ({ index }) => {
      if (!isFirst) onChange(index);
      isFirst = false;
    });
  }

  async nodeState(node: string, only?: EntryIDs): Promise<NodeState | null> {
    return parseOrNull(
      await this.#call('node.state', only ? { node, only } : { node }, NODE_TOKEN),
    );
  }

  async nodeDigest(
    node: string,
    digest: string,
    except: EntryIDs,
  ): Promise<NodeDigestReply | null | undefined> {
    if (!this.#makesDigests) return undefined;
    return parseOrNull(await this.#call('node.digest', { node, digest, except }, NODE_TOKEN));
  }

  async coordinate(node: string): Promise<Coordinate | null> {
    const { body } = await this.#call('coordinate.node', { node }, NODE_TOKEN);
    const entries = JSON.parse(body) as CoordinateEntry[];
    return entries.find(({ Segment }) => Segment === '')?.Coord ?? null;
  }

  async reportCoordinate(node: string, Coord: Coordinate, token: string): Promise<void> {
    await this.#call('coordinate.update', { Node: node, Segment: '', Coord }, token);
  }

  /** Tells of another node's state, at first and after changes. @returns the function that ends this */
  watchNode(node: string, onView: (view: NodeView) => void): () => void {
    return this.#watch('node.state', { node }, NODE_TOKEN, (answer) =>
      onView(viewOf(parseOrNull(answer))),
    );
  }

  /** Tells of a proxy's registration with the configuration entries merged in. @returns the function that ends this */
  followProxy(
    registered: MethodArgs<'config.resolve-proxy'>,
    token: string,
    onMerged: (proxy: ConnectProxyConfig) => void,
  ): () => void {
    return this.#watch('config.resolve-proxy', registered, token, ({ body }) =>
      onMerged(asRegistered(JSON.parse(body) as ConnectProxyConfig)),
    );
  }

  #watch<M extends ReadMethod>(
    method: M,
    args: MethodArgs<M>,
    token: string,
    onAnswer: (answer: Answer) => void,
  ): () => void {
    const controller = new AbortController();
    void this.#follow(method, args, token, onAnswer, controller.signal);
    return () => controller.abort();
  }

  async #follow<M extends ReadMethod>(
    method: M,
    args: MethodArgs<M>,
    token: string,
    onAnswer: (answer: Answer) => void,
    signal: AbortSignal,
  ): Promise<void> {
    let index = 0;
    while (!signal.aborted) {
      try {
        const options = followingCall(token, index);
        const answer = await this.#rpc.watch(method, args, options, index, WATCH_WAIT_MS, signal);
        if (signal.aborted) return;
        if (answer.index !== index) onAnswer(answer);
        index = answer.index;
      } catch {
        // The datacenter is away: what was seen last stays the truth until it answers again.
        await pause(WATCH_RETRY_MS, signal);
      }
    }
  }

  #call<M extends MethodName>(method: M, args: MethodArgs<M>, token: string): Promise<Answer> {
    return this.#rpc.call(method, args, directCall(token));
  }
}

function parseOrNull<T>({ body }: Answer): T | null {
  return body === '' ? null : (JSON.parse(body) as T | null);
}

/** The catalog names an upstream's datacenter even where there is none; a registration does not. */
function asRegistered(proxy: ConnectProxyConfig): ConnectProxyConfig {
  const Upstreams = proxy.Upstreams?.map(({ Datacenter, ...upstream }) =>
    Datacenter ? { ...upstream, Datacenter } : upstream,
  );
  return Upstreams === undefined ? proxy : { ...proxy, Upstreams };
}

function viewOf(state: NodeState | null): NodeView {
  return {
    checks: state?.Checks ?? [],
    // Nothing is known of the services of an unknown node; Consul takes them to be there.
    hasService: (id) => state?.Services.some((service) => service.ID === id) ?? true,
  };
}
