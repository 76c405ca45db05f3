/** Streams that others open (memberlist's handleConn). */
import type { Timer } from '../clock.ts';
import type { Refusal } from '../counters.ts';
import type { GossipStream } from '../transport.ts';
import { MAX_STREAMS } from '../wire/limits.ts';
import { MessageType } from '../wire/message-type.ts';
import { AckType, ErrorResponseType } from '../wire/messages.ts';
import type { Ping } from '../wire/messages.ts';
import { encodeMessage } from '../wire/msgpack/struct.ts';
import type { ByteBudget } from '../wire/stream-buffer.ts';
import { sealStreamMessage } from '../wire/stream-envelope.ts';
import { refuse } from './context.ts';
import type { SwimContext } from './context.ts';
import type { PushPullSync } from './push-pull.ts';
import { StreamReception } from './stream-reception.ts';
import type { Reception } from './stream-reception.ts';

const EMPTY = new Uint8Array(0);

/** What a peer with another configuration is told; others get no answer, so that a scanner learns nothing. */
const EXPLAINED: Partial<Record<Refusal, string>> = {
  encryption: 'encryption does not match: one side encrypts, the other does not',
  undecryptable: 'No installed keys could decrypt the message',
  malformed: 'the message is malformed',
  too_large: 'the message is larger than the limit',
};

export class StreamServer {
  readonly #context: SwimContext;
  readonly #sync: PushPullSync;
  readonly #budget: ByteBudget;
  readonly #open = new Set<() => void>();

  constructor(context: SwimContext, sync: PushPullSync, budget: ByteBudget) {
    this.#context = context;
    this.#sync = sync;
    this.#budget = budget;
  }

  accept(stream: GossipStream): void {
    const { allowed, counters, clock, security, config } = this.#context;
    counters.streamsAccepted++;
    if (this.#open.size >= MAX_STREAMS) return this.#turnAway(stream, 'too_busy');
    if (!allowed.allows(stream.remote.address)) return this.#turnAway(stream, 'not_allowed');
    const options = {
      clock,
      security,
      budget: this.#budget,
      timeoutMs: config.streamTimeoutMs,
      labelled: true,
    };
    const served: Served = { reception: undefined, deadline: undefined };
    const close = (): void => {
      served.reception?.stop();
      served.deadline?.cancel();
      this.#open.delete(close);
      stream.close();
    };
    this.#open.add(close);
    served.reception = new StreamReception(stream, options, (received, bytes) => {
      counters.streamBytesReceived += bytes;
      const answer = this.#answer(received, stream);
      if (answer === undefined) return close();
      // The peer closes when it has the answer; closing first could take the answer away from it again.
      served.deadline = clock.after(config.streamTimeoutMs, close);
      stream.listen({ onData: () => {}, onEnd: close });
      this.#reply(stream, answer);
    });
  }

  stop(): void {
    for (const close of this.#open) close();
  }

  #turnAway(stream: GossipStream, reason: Refusal): void {
    refuse(this.#context, reason, 'a stream', stream.remote);
    stream.close();
  }

  /** @returns the message to send back, if any */
  #answer(received: Reception, { remote }: GossipStream): Uint8Array | undefined {
    if (received === 'closed') return undefined;
    if (typeof received === 'string') {
      refuse(this.#context, received, 'a stream', remote);
      const error = EXPLAINED[received];
      return error === undefined
        ? undefined
        : encodeMessage(MessageType.error, ErrorResponseType, { error });
    }
    switch (received.kind) {
      case 'push_pull': {
        const state = this.#sync.localState(received.pushPull.join);
        this.#sync.merge(received.pushPull);
        return state;
      }
      case 'user':
        this.#context.delegates.delegate?.notifyMsg(received.message);
        return undefined;
      case 'ping':
        return this.#acknowledge(received.ping);
      default:
        refuse(this.#context, 'unknown_type', 'a stream', remote);
        return undefined;
    }
  }

  #acknowledge({ node, seqNo }: Ping): Uint8Array | undefined {
    if (node === '' || node === this.#context.local.name) {
      return encodeMessage(MessageType.ack, AckType, { seqNo, payload: EMPTY });
    }
    refuse(this.#context, 'unexpected_node', `a TCP ping for ${node}`);
    return undefined;
  }

  #reply(stream: GossipStream, message: Uint8Array): void {
    const { security, config, counters } = this.#context;
    const sealed = sealStreamMessage(message, security, { compress: config.compression });
    counters.streamBytesSent += sealed.length;
    stream.write(sealed);
    stream.end();
  }
}

interface Served {
  reception: StreamReception | undefined;
  deadline: Timer | undefined;
}
