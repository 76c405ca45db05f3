/** Streams that this node opens: push/pull, TCP pings, reliable user messages. */
import { GossipError } from '../errors.ts';
import type { GossipStream, PeerAddress } from '../transport.ts';
import { MessageType } from '../wire/message-type.ts';
import { PingType } from '../wire/messages.ts';
import type { Ping } from '../wire/messages.ts';
import { encodeMessage } from '../wire/msgpack/struct.ts';
import type { ByteBudget } from '../wire/stream-buffer.ts';
import { sealStreamMessage } from '../wire/stream-envelope.ts';
import { encodeUserStreamMessage } from '../wire/stream-message.ts';
import type { StreamMessage } from '../wire/stream-message.ts';
import type { SwimContext } from './context.ts';
import { StreamReception } from './stream-reception.ts';
import type { Reception } from './stream-reception.ts';

/** Gets the answer, or what kept it from coming. */
export type Answered = (error: GossipError | undefined, answer: StreamMessage | undefined) => void;

export class StreamClient {
  readonly #context: SwimContext;
  readonly #budget: ByteBudget;
  /** What to do about each stream under way when all stops. */
  readonly #open = new Set<() => void>();

  constructor(context: SwimContext, budget: ByteBudget) {
    this.#context = context;
    this.#budget = budget;
  }

  /**
   * Sends one message and waits for one back.
   *
   * @param timeoutMs for dialling, and again for all that follows
   * @returns a function that gives up without a word
   */
  request(to: PeerAddress, message: Uint8Array, timeoutMs: number, answered: Answered): () => void {
    let reception: StreamReception | undefined;
    const { cancel, finish } = this.#dial(to, timeoutMs, answered, (stream) => {
      const { clock, security } = this.#context;
      const options = { clock, security, budget: this.#budget, timeoutMs, labelled: false };
      reception = new StreamReception(stream, options, (received, bytes) => {
        this.#context.counters.streamBytesReceived += bytes;
        this.#onAnswer(received, to, finish);
      });
      this.#write(stream, message);
    });
    return () => {
      reception?.stop();
      cancel();
    };
  }

  /** @param answered only called if it was, by whom it was meant for */
  ping(to: PeerAddress, ping: Ping, timeoutMs: number, answered: () => void): () => void {
    const message = encodeMessage(MessageType.ping, PingType, ping);
    return this.request(to, message, timeoutMs, (_error, answer) => {
      if (answer?.kind === 'ack' && answer.ack.seqNo === ping.seqNo) answered();
    });
  }

  /** @param done called when the system has taken the message, or with what went wrong */
  sendUser(
    to: PeerAddress,
    message: Uint8Array,
    timeoutMs: number,
    done: (error: GossipError | undefined) => void,
  ): void {
    const { clock } = this.#context;
    const { finish } = this.#dial(to, timeoutMs, done, (stream) => {
      const timer = clock.after(timeoutMs, () => {
        finish(new GossipError('timeout', `could not send to ${describe(to)} in time`), undefined);
      });
      stream.listen({
        onData: () => {},
        onEnd: (error) => {
          timer.cancel();
          const reason = error === undefined ? 'closed' : error.message;
          finish(new GossipError('send_failed', `${describe(to)}: ${reason}`), undefined);
        },
      });
      this.#write(stream, encodeUserStreamMessage(message));
      stream.end(() => {
        timer.cancel();
        finish(undefined, undefined);
      });
    });
  }

  stop(): void {
    for (const abandon of this.#open) abandon();
    this.#open.clear();
  }

  #dial(
    to: PeerAddress,
    timeoutMs: number,
    done: Answered,
    talk: (stream: GossipStream) => void,
  ): { cancel: () => void; finish: Answered } {
    const { transport, config, counters } = this.#context;
    let stream: GossipStream | undefined;
    let isOver = false;
    const cancel = (): void => {
      isOver = true;
      stream?.close();
      this.#open.delete(abandon);
    };
    const finish: Answered = (error, answer) => {
      if (isOver) return;
      cancel();
      done(error, answer);
    };
    const abandon = (): void => finish(new GossipError('stopped', 'gossip has stopped'), undefined);
    this.#open.add(abandon);
    if (config.requireNodeNames && to.name === '') {
      const reason = 'node names are required, and none was given';
      finish(new GossipError('dial_failed', reason), undefined);
      return { cancel, finish };
    }
    counters.streamsOpened++;
    transport.dial(to, timeoutMs, (error, dialled) => {
      if (isOver || dialled === undefined) {
        dialled?.close();
        finish(new GossipError('dial_failed', error?.message ?? 'no stream'), undefined);
        return;
      }
      stream = dialled;
      talk(dialled);
    });
    return { cancel, finish };
  }

  #write(stream: GossipStream, message: Uint8Array): void {
    const { security, config, counters } = this.#context;
    const sealed = sealStreamMessage(message, security, { compress: config.compression });
    if (security.labelHeader.length > 0) stream.write(security.labelHeader);
    stream.write(sealed);
    counters.streamBytesSent += security.labelHeader.length + sealed.length;
  }

  #onAnswer(received: Reception, to: PeerAddress, finish: Answered): void {
    if (typeof received !== 'string') {
      if (received.kind !== 'error') return finish(undefined, received);
      return finish(new GossipError('remote_error', `remote error: ${received.error}`), undefined);
    }
    if (received === 'closed') {
      return finish(
        new GossipError('refused', `${describe(to)}: closed without an answer`),
        undefined,
      );
    }
    this.#context.counters.refuse(received);
    const code = received === 'timeout' ? 'timeout' : 'malformed';
    finish(new GossipError(code, `answer of ${describe(to)}: ${received}`), undefined);
  }
}

const describe = ({ address, port }: PeerAddress): string => `${address}:${port}`;
