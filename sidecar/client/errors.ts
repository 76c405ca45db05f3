/**
 * The two ways in which a request fails: the agent answered and refused, or it did not answer.
 * Both are worded as Consul's Go client words them, because scripts match on these texts.
 */

/** The answer had a status that the caller did not ask for. */
export class StatusError extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`Unexpected response code: ${status} (${body.trim()})`);
    this.name = 'StatusError';
    this.status = status;
    this.body = body.trim();
  }
}

/** No answer came: refused connection, unknown host, broken TLS, cut in the middle. */
export class TransportError extends Error {
  readonly code: string | undefined;

  constructor(method: string, url: string, cause: NodeJS.ErrnoException) {
    const verb = method.charAt(0) + method.slice(1).toLowerCase();
    super(`${verb} "${url}": ${describeSystemError(cause)}`, { cause });
    this.name = 'TransportError';
    this.code = cause.code;
  }
}

/** The caller's signal ended the request. */
export class AbortedError extends Error {
  constructor() {
    super('context canceled');
    this.name = 'AbortedError';
  }
}

/** The client cannot be built from the flags and variables given. */
export class ClientConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ClientConfigError';
  }
}

interface NetworkError extends NodeJS.ErrnoException {
  address?: string;
  port?: number;
  hostname?: string;
}

const SYSTEM_TEXTS: Record<string, string> = {
  ECONNREFUSED: 'connect: connection refused',
  ENOENT: 'connect: no such file or directory',
  EACCES: 'connect: permission denied',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

function describeSystemError(error: NetworkError): string {
  // With several addresses for one name Node reports one error for each; the last is as good as any.
  const failures = (error as { errors?: NetworkError[] }).errors;
  const last = failures?.at(-1);
  if (last !== undefined) return describeSystemError(last);
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return `dial tcp: lookup ${error.hostname ?? ''}: no such host`;
  }
  if (error.code === 'ECONNRESET') return 'EOF';
  const text = SYSTEM_TEXTS[error.code ?? ''];
  if (text === undefined) return error.message;
  return error.port === undefined
    ? `dial unix ${error.address ?? ''}: ${text}`
    : `dial tcp ${error.address ?? ''}:${error.port}: ${text}`;
}

/** A file error as Go words it: `open none: no such file or directory`. */
export function describeFileError(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const texts: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
    ENOTDIR: 'not a directory',
    ENOSPC: 'no space left on device',
    EEXIST: 'file exists',
    EROFS: 'read-only file system',
  };
  const text = texts[code ?? ''];
  const verb = code === 'EISDIR' ? 'read' : code === 'ENOSPC' ? 'write' : 'open';
  return text === undefined ? message : `${verb} ${path}: ${text}`;
}
