/**
 * gRPC checks by the health checking protocol (grpc/grpc doc/health-checking.md): one unary call of
 * grpc.health.v1.Health/Check. The two messages are small enough to be written and read by hand.
 */
import type { ClientHttp2Session } from 'node:http2';
import { MAX_REPLY_BYTES } from './limits.ts';
import { critical, passing, startDeadline } from './deadline.ts';
import { DialError, withHTTP2 } from './http2-session.ts';
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
      server = parseHostPort(address);
    } catch (thrown) {
      return critical(unavailable(`dial tcp: ${(thrown as Error).message}`));
    }
    const deadline = startDeadline(signal, timeoutMs);
    try {
      const serving = await withHTTP2(server.host, server.port, tls, deadline.signal, (session) =>
        askHealth(session, service),
      );
      return serving ? passing(`gRPC check ${target}: success`) : critical(NOT_SERVING);
    } catch (thrown) {
      if (deadline.expired)
        return critical('rpc error: code = DeadlineExceeded desc = context deadline exceeded');
      if (thrown instanceof GRPCError) return critical(thrown.message);
      const cause = thrown instanceof DialError ? thrown.cause : thrown;
      return critical(unavailable(describeNetworkError(cause, 'tcp', address)));
    } finally {
      deadline.release();
    }
  }
}

const NOT_SERVING = "gRPC application didn't report service healthy";

const unavailable = (reason: string): string =>
  `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ${reason}"`;

/** A call that was answered with a status other than OK, in grpc-go's words. */
class GRPCError extends Error {
  constructor(code: number, message: string) {
    super(`rpc error: code = ${CODES[code] ?? `Code(${code})`} desc = ${message}`);
    this.name = 'GRPCError';
  }
}

/**
 * True when the application says SERVING.
 *
 * @throws GRPCError, or the stream's error
 */
function askHealth(session: ClientHttp2Session, service: string): Promise<boolean> {
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
      if (headers[':status'] !== 200)
        failure ??= new GRPCError(2, `unexpected HTTP status ${headers[':status']}`);
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
 * HealthCheckResponse { ServingStatus status = 1; }: true for SERVING. Unreadable bytes are "not
 * serving".
 */
export function parseServing(frame: Buffer): boolean {
  if (frame.length < 7 || frame[0] !== 0) return false;
  const length = frame.readUInt32BE(1);
  const message = frame.subarray(5, 5 + length);
  return message.length === length && message[0] === 0x08 && message[1] === SERVING;
}

/** Base-128, least significant group first (Protocol Buffers encoding). */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}
