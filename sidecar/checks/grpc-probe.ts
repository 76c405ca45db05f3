/**
 * gRPC checks by the health checking protocol (grpc/grpc doc/health-checking.md): one unary call of
 * grpc.health.v1.Health/Check. The two messages are small enough to be written and read by hand.
 */
import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import { HandshakeError } from './dial.ts';
import { MAX_REPLY_BYTES } from './limits.ts';
import { critical, passing, startDeadline } from './deadline.ts';
import { DialError, describeDialError, withHTTP2 } from './http2-session.ts';
import { describeNetworkError, parseHostPort } from './network-error.ts';
import type { CheckResult, Probe } from './check-runner.ts';
import type { HostPort } from './network-error.ts';
import type { TLSOptions } from './tls-options.ts';

export interface GRPCProbeOptions {
  /** `host:port`, or `host:port/service` to ask for one service of the server. */
  readonly target: string;
  readonly tls: TLSOptions | null;
  readonly timeoutMs: number;
}

/** grpc.health.v1.HealthCheckResponse.ServingStatus. */
const SERVING = 1;
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
/** Names of gRPC's status codes, in the order of their numbers (grpc doc/statuscodes.md). */
const CODES = (
  'OK Canceled Unknown InvalidArgument DeadlineExceeded NotFound AlreadyExists PermissionDenied ResourceExhausted ' +
  'FailedPrecondition Aborted OutOfRange Unimplemented Internal Unavailable DataLoss Unauthenticated'
).split(' ');

/**
 * A server without the health service answers Unimplemented, which is critical: the check asks
 * for exactly that service.
 */
export class GRPCProbe implements Probe {
  readonly #options: GRPCProbeOptions;

  constructor(options: GRPCProbeOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    const { target, tls, timeoutMs } = this.#options;
    const slash = target.indexOf('/');
    const address = slash < 0 ? target : target.slice(0, slash);
    const service = slash < 0 ? '' : target.slice(slash + 1);
    let server: HostPort;
    try {
      server = parseHostPort(address, 'tcp');
    } catch (thrown) {
      return critical(
        unavailable(`transport: Error while dialing: dial tcp: ${(thrown as Error).message}`),
      );
    }
    const deadline = startDeadline(signal, timeoutMs);
    let hasPreface = false;
    try {
      const status = await withHTTP2(server, tls, deadline, async (session) => {
        await once(session, 'remoteSettings');
        hasPreface = true;
        return askHealth(session, service);
      });
      if (status === SERVING) return passing(`gRPC check ${target}: success`);
      return critical(`gRPC ${target} serving status: ${STATUSES[status] ?? status}`);
    } catch (thrown) {
      return critical(describeFailure(thrown, address, deadline.expired, hasPreface));
    } finally {
      deadline.release();
    }
  }
}

function describeFailure(
  thrown: unknown,
  address: string,
  expired: boolean,
  hasPreface: boolean,
): string {
  if (expired) {
    const where = hasPreface
      ? ''
      : 'received context error while waiting for new LB policy update: ';
    return `rpc error: code = DeadlineExceeded desc = ${where}context deadline exceeded`;
  }
  if (thrown instanceof GRPCError) return thrown.message;
  if (!(thrown instanceof DialError)) {
    const reason = describeNetworkError(thrown, 'tcp', address);
    return unavailable(hasPreface ? reason : `error reading server preface: ${reason}`);
  }
  const stage =
    thrown.cause instanceof HandshakeError
      ? 'authentication handshake failed'
      : 'Error while dialing';
  return unavailable(`transport: ${stage}: ${describeDialError(thrown, address)}`);
}

const unavailable = (reason: string): string =>
  `rpc error: code = Unavailable desc = connection error: desc = "${reason}"`;

/** A call that was answered with a status other than OK, in grpc-go's words. */
class GRPCError extends Error {
  constructor(code: number, message: string) {
    super(`rpc error: code = ${CODES[code] ?? `Code(${code})`} desc = ${message}`);
    this.name = 'GRPCError';
  }
}

/**
 * What the application says of itself, as a ServingStatus.
 *
 * @throws GRPCError, or the stream's error
 */
function askHealth(session: ClientHttp2Session, service: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'Consul Health Check',
    });
    const chunks: Buffer[] = [];
    let received = 0;
    let failure: GRPCError | null = null;
    // A call that fails at once carries its status in the headers; all others carry it in the
    // trailers.
    const readStatus = (headers: Record<string, unknown>): void => {
      const code = headers['grpc-status'];
      if (code === undefined) return;
      if (Number(code) !== 0)
        failure = new GRPCError(Number(code), decodeURIComponentSafe(headers['grpc-message']));
    };
    stream.on('response', (headers) => {
      readStatus(headers);
      failure ??= judgeHead(headers[':status'], headers['content-type']);
    });
    stream.on('trailers', readStatus);
    stream.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > MAX_REPLY_BYTES) stream.destroy(new Error('the health answer is too large'));
      else chunks.push(chunk);
    });
    stream.on('error', reject);
    stream.on('end', () =>
      failure === null ? resolve(parseServing(Buffer.concat(chunks))) : reject(failure),
    );
    stream.end(renderRequest(service));
  });
}

/** What gRPC makes of an answer that is none of gRPC (grpc doc/http-grpc-status-mapping.md). */
const CODE_OF_HTTP: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};
const UNKNOWN_CODE = 2;

function judgeHead(status = 0, type: string | undefined): GRPCError | null {
  if (status === 200 && type?.startsWith('application/grpc')) return null;
  const code = CODE_OF_HTTP[status] ?? UNKNOWN_CODE;
  if (status === 200 && type === undefined)
    return new GRPCError(code, 'malformed header: missing HTTP content-type');
  const answer = `unexpected HTTP status code received from server: ${status} (${STATUS_CODES[status] ?? ''})`;
  return type?.startsWith('application/grpc')
    ? new GRPCError(code, answer)
    : new GRPCError(
        code,
        type === undefined
          ? `${answer}; malformed header: missing HTTP content-type`
          : `${answer}; transport: received unexpected content-type "${type}"`,
      );
}

function decodeURIComponentSafe(value: unknown): string {
  try {
    return decodeURIComponent(String(value ?? ''));
  } catch {
    // grpc-message is percent-encoded by contract; one that is not is shown as it came.
    return String(value);
  }
}

/** HealthCheckRequest { string service = 1; } behind gRPC's five bytes: not compressed, length. */
export function renderRequest(service: string): Buffer {
  const name = Buffer.from(service, 'utf8');
  const message =
    name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/**
 * HealthCheckResponse { ServingStatus status = 1; }. An empty message is UNKNOWN, protobuf's default, and so is what cannot
 * be read.
 */
export function parseServing(frame: Buffer): number {
  if (frame.length < 7 || frame[0] !== 0) return 0;
  const length = frame.readUInt32BE(1);
  const message = frame.subarray(5, 5 + length);
  return message.length === length && message[0] === 0x08 ? message[1]! : 0;
}

/** Base-128, least significant group first (Protocol Buffers encoding). */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}
