/** Who is meant by a query: each filter is a type byte and a value, and all must match. */
import { encodeMessage, struct } from '../../wire/msgpack/struct.ts';
import { MessagePackReader } from '../../../../http-api/message-pack/reader.ts';
import { list, text } from '../../wire/msgpack/wire-type.ts';
import { MAX_FILTER_NODES } from '../limits.ts';
import { decodeAfterType } from './decode.ts';

const FILTER_NODES = 0;
const FILTER_TAG = 1;

export interface TagFilter {
  readonly tag: string;
  /** A regular expression in RE2's syntax, matched anywhere in the tag's value. */
  readonly expression: string;
}

export type QueryFilter =
  | { readonly kind: 'nodes'; readonly nodes: readonly string[] }
  | ({ readonly kind: 'tag' } & TagFilter);

const NodesType = list(text);
const TagFilterType = struct<TagFilter>({
  expression: { name: 'Expr', type: text },
  tag: { name: 'Tag', type: text },
});

export function encodeFilter(filter: QueryFilter): Uint8Array {
  return filter.kind === 'nodes'
    ? encodeMessage(FILTER_NODES, NodesType, filter.nodes)
    : encodeMessage(FILTER_TAG, TagFilterType, filter);
}

/** @returns undefined for a filter that is malformed or of an unknown kind: whom it means nobody can tell */
export function decodeFilter(filter: Uint8Array): QueryFilter | undefined {
  if (filter[0] === FILTER_NODES) return decodeNodes(filter);
  if (filter[0] !== FILTER_TAG) return undefined;
  const tagFilter = decodeAfterType(TagFilterType, filter, () => true);
  return tagFilter === undefined ? undefined : { kind: 'tag', ...tagFilter };
}

function decodeNodes(filter: Uint8Array): QueryFilter | undefined {
  const reader = new MessagePackReader(filter, 1);
  const nodes = NodesType.read(reader);
  const isFine = reader.failure === undefined && nodes.length <= MAX_FILTER_NODES;
  return isFine ? { kind: 'nodes', nodes } : undefined;
}
