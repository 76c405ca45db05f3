/** GET /v1/stream: the change log as server-sent events. Consul has nothing like it. */
import { MAX_STREAMS } from '../../protocol/limits.ts';
import { HTTPError } from '../http-error.ts';
import { parseWriteOptions } from '../query-options.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { ChangeFollower, type FollowOptions } from '../stream/change-follower.ts';
import { EventStream } from '../stream/event-stream.ts';

export const streamRoutes: Route[] = [{ path: '/v1/stream', methods: { GET: getStream } }];

/** Open streams of each side that mounts the API. */
const open = new WeakMap<APIContext, number>();

async function getStream(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const count = open.get(context) ?? 0;
  if (count >= MAX_STREAMS)
    throw new HTTPError(429, `${MAX_STREAMS} streams are open: no more are served here`);
  const { isOneShot = false, maxPages = Infinity } = context.streams ?? {};
  const follower = new ChangeFollower({
    rpc: context.rpc,
    call: parseWriteOptions(request),
    topics: parseTopics(request),
    start: parseStart(request),
    isOneShot,
    maxPages,
  });
  const first = await follower.listFirst();
  const stream = new EventStream(request.signal);
  // A client that left while the first page was listed is not counted: nobody would take it off again.
  if (!stream.closed.aborted) {
    open.set(context, (open.get(context) ?? 0) + 1);
    stream.closed.addEventListener('abort', () => open.set(context, open.get(context)! - 1));
  }
  void follower.follow(first, stream);
  return { status: 200, headers: { ...HEADERS }, body: stream.body };
}

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // nginx would otherwise hold the events back until its buffer is full.
  'X-Accel-Buffering': 'no',
};

/** `topics` is a list with commas; a `topic` stands alone, for keys that hold one. */
function parseTopics({ query }: APIRequest): string[] {
  const listed = query.all('topics').flatMap((text) => text.split(','));
  const topics = [...listed, ...query.all('topic')].filter((topic) => topic !== '');
  if (topics.length === 0)
    throw new HTTPError(400, 'Missing topics, e.g. ?topics=kv/app/,service/web');
  return [...new Set(topics)].sort();
}

/** The id of the last event that a client took beats what it asked for at first: so a browser's reconnect resumes. */
function parseStart(request: APIRequest): FollowOptions['start'] {
  const { query } = request;
  const lastID = request.header('last-event-id') || query.get('last-event-id');
  if (lastID !== '') {
    const match = /^([0-9a-f-]{1,36}):([\d.]{1,32})$/.exec(lastID);
    if (match === null) throw new HTTPError(400, 'Invalid Last-Event-ID: not an id of this stream');
    return { incarnation: match[1]!, after: match[2]! };
  }
  return query.has('from') ? { from: query.get('from') } : {};
}
