/** One HTTP request whose fate is told apart: answered, certainly never sent, or unknown. */
import http from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** `unsent`: nobody listened. `unknown`: it left, and no whole answer came back in time. */
export type Fate = Answer | 'unsent' | 'unknown';

export interface Target {
  readonly base: string;
  readonly token?: string;
}

export interface Request {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: string;
}

/** Node's own client, as it sends nothing twice by itself. */
const connections = new http.Agent({ keepAlive: true });

/** @param limitMs after which the client gives up */
export function callHTTP(target: Target, request: Request, limitMs: number): Promise<Fate> {
  return new Promise((resolve) => {
    const headers = target.token === undefined ? {} : { 'x-consul-token': target.token };
    const { method } = request;
    const sent = http.request(target.base + request.path, { method, headers, agent: connections });
    const timer = setTimeout(() => sent.destroy(), limitMs);
    const finish = (fate: Fate): void => {
      clearTimeout(timer);
      resolve(fate);
    };
    sent.once('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ECONNREFUSED' ? 'unsent' : 'unknown'),
    );
    // Whatever else ends it, a connection that was cut in the middle of an answer for one. Only the first word counts.
    sent.once('close', () => finish('unknown'));
    sent.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('error', () => finish('unknown'));
      response.once('end', () => finish({ status: response.statusCode ?? 0, body }));
    });
    sent.end(request.body);
  });
}

export function closeConnections(): void {
  connections.destroy();
}
