/** Prepared queries (Consul: agent/consul/prepared_query_endpoint.go). */
import { decodeValue } from '../../http-api/decode.ts';
import { TemplateError } from '../../http-api/prepared-query/compile-template.ts';
import { parseQueryID } from '../../http-api/prepared-query/query-id.ts';
import {
  type DecodedQuery,
  QUERY,
  toQueryInput,
} from '../../http-api/prepared-query/query-input.ts';
import {
  TemplateByIDError,
  isTemplate,
  resolveQuery,
} from '../../http-api/prepared-query/resolve-query.ts';
import { badRequest, forbidden, invalid } from '../../protocol/errors.ts';
import type { QueryExecuteArgs } from '../../protocol/types/prepared-query.ts';
import {
  HIDDEN_TOKEN,
  type PreparedQuery,
  type QueryInput,
} from '../../protocol/types/prepared-query.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import { noted } from '../acl/noticing.ts';
import type { SQL } from '../db/storage.ts';
import { joinItems, renderList } from '../state/list-rows.ts';
import { NARROWER } from '../state/list-size.ts';
import type { Reading } from '../state/kv-read.ts';
import { deleteQueryTxn, setQueryTxn } from '../state/prepared-queries.ts';
import {
  findQueryRow,
  hideToken,
  type PreparedQueryRow,
  queryRows,
  querySource,
  renderQuery,
  toPreparedQuery,
} from '../state/prepared-query-rows.ts';
import {
  type ExecutionOptions,
  executeQuery,
  nearNode,
  selectionOf,
} from '../state/query-execution.ts';
import { topicIndex } from '../state/topic-index.ts';
import { COORDINATES, NODES, QUERIES, type Topic, queryTopic } from '../watch/topics.ts';
import { queryIdentity } from '../watch/watched-query.ts';
import { instanceTopics } from './catalog.ts';
import {
  type EndpointContext,
  type ReadEndpoints,
  type WriteEndpoints,
  topicRead,
} from './endpoint.ts';
import { validateQuery } from './query-validate.ts';

export const preparedQueryReads: ReadEndpoints<
  | 'query.get'
  | 'query.list'
  | 'query.explain'
  | 'query.execute'
  | 'query.execute-remote'
  | 'query.definitions'
> = {
  'query.get': {
    kind: 'read',
    topics: ({ id }) => [queryTopic(requireID(id))],
    read({ sql }, { id }, authorizer) {
      const key = requireID(id);
      const row = findQueryRow(sql, key);
      if (row === undefined) return { index: topicIndex(sql, queryTopic(key)), body: '' };
      // Whoever has the ID of a query without a name may see it.
      if (hasName(row) && !authorizer.queryRead(row.name)) throw forbidden('Permission denied');
      return { index: row.modify_index, body: joinItems([renderFor(row, authorizer)]) };
    },
  },
  'query.list': topicRead(
    'query.list',
    () => [QUERIES],
    ({ sql }, _args, authorizer) => {
      const rows = Iterator.from(queryRows(sql)).filter((row) =>
        isListed(toPreparedQuery(row), authorizer),
      );
      return renderList(
        rows.map((row) => renderFor(row, authorizer)),
        NARROWER.queries,
      );
    },
  ),
  'query.explain': topicRead(
    'query.explain',
    () => [QUERIES],
    ({ sql }, { nameOrID }, authorizer) => {
      const query = resolve(sql, nameOrID);
      if (query === undefined) return '';
      if (!isListed(query, authorizer)) throw forbidden('Permission denied');
      const Token = authorizer.secretsRead() ? query.Token : hideToken(query.Token);
      return JSON.stringify({ ...query, Token });
    },
  ),
  'query.execute': {
    kind: 'read',
    topics: () => [QUERIES],
    findsTopics: true,
    read: (context, args, authorizer) => execute(context, args, authorizer),
  },
  'query.execute-remote': {
    kind: 'read',
    topics: () => [],
    findsTopics: true,
    read(context, args, authorizer) {
      const { Token, ...sent } = decodeQuery(args.query);
      // Whoever could not see the token executes with his own.
      const own = { Token: Token === HIDDEN_TOKEN ? '' : Token };
      const query: PreparedQuery = { ...sent, ...own, CreateIndex: 0, ModifyIndex: 0 };
      const near = '';
      const { datacenter } = context;
      const options = { datacenter, connect: args.connect === true, near };
      const identity = queryIdentity('query.execute-remote', args, authorizer.identity);
      return readExecution(context, identity, query, options, [], authorizer);
    },
  },
  'query.definitions': topicRead(
    'query.definitions',
    () => [QUERIES],
    // Executing a query needs no right on it, so neither does knowing what to execute. Tokens stay here; that there
    // is one tells the agent to have it executed here.
    ({ sql }) =>
      renderList(
        Iterator.from(queryRows(sql)).map((row) => renderQuery(row, hideToken(row.token))),
        NARROWER.queries,
      ),
  ),
};

/** Whether rights on queries speak of it: others are known by their ID alone. */
function hasName(row: PreparedQueryRow): boolean {
  return row.name !== '' || row.is_template === 1;
}

/** Queries without a name are shown only to whoever may see everything. */
function isListed(query: PreparedQuery, authorizer: Authorizer): boolean {
  const isNamed = query.Name !== '' || isTemplate(query);
  return isNamed ? authorizer.queryRead(query.Name) : authorizer.secretsRead();
}

function renderFor(row: PreparedQueryRow, authorizer: Authorizer): string {
  return renderQuery(row, authorizer.secretsRead() ? row.token : hideToken(row.token));
}

function requireID(id: string): string {
  return parseQueryID(String(id), (fault) => {
    throw invalid(`failed prepared query lookup: index error: ${fault}`);
  });
}

/** @throws RPCError when a template cannot be filled in for this name */
function resolve(sql: SQL, nameOrID: string): PreparedQuery | undefined {
  try {
    return resolveQuery(querySource(sql), String(nameOrID));
  } catch (error) {
    if (error instanceof TemplateError || error instanceof TemplateByIDError) {
      throw invalid(error.message);
    }
    throw error;
  }
}

function execute(
  context: EndpointContext,
  args: QueryExecuteArgs,
  authorizer: Authorizer,
): Reading {
  const { sql, datacenter } = context;
  const resolved = resolve(sql, args.nameOrID);
  if (resolved === undefined) {
    return { index: topicIndex(sql, QUERIES), body: '', topics: [QUERIES] };
  }
  const query =
    args.peer === undefined
      ? resolved
      : { ...resolved, Service: { ...resolved.Service, Peer: args.peer } };
  const asked = args.near || query.Service.Near;
  const near = asked === '_agent' ? args.agent : nearNode(sql, asked, args.ip ?? '');
  const topics = [
    QUERIES,
    ...(near === '' ? [] : [COORDINATES]),
    ...(asked === '_ip' ? [NODES] : []),
  ];
  const options = { datacenter, connect: args.connect === true, near };
  const identity = queryIdentity('query.execute', args, authorizer.identity);
  return readExecution(context, identity, query, options, topics, authorizer);
}

/**
 * Rendered once while its topics stand still. A query that comes to name another service moves the index of the
 * queries, so no answer is ever taken for that of other topics.
 *
 * @param topics on which it depends beside the instances
 */
function readExecution(
  context: EndpointContext,
  identity: string,
  query: PreparedQuery,
  options: ExecutionOptions,
  topics: readonly Topic[],
  authorizer: Authorizer,
): Reading {
  const { sql } = context;
  const selection = selectionOf(query, options.connect);
  const all = query.Service.Peer === '' ? [...topics, ...instanceTopics(selection)] : [...topics];
  // The token that the query captured says what may be seen, whoever asks.
  const sees = query.Token === '' ? authorizer : context.authorizerOf(query.Token);
  const index = topicIndex(sql, ...all);
  return context.answers.get(identity, index, () => {
    const body = executeQuery(sql, query, options, sees);
    const reading: Reading = { index, body, topics: all };
    return noted(reading, sees);
  });
}

export const preparedQueryWrites: WriteEndpoints<'query.apply'> = {
  'query.apply': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, args, authorizer) {
      if (args.op === 'delete') {
        const row = requireQuery(context.sql, args.id);
        if (hasName(row)) authorizer.queryWrite(row.name);
        return { op: 'delete', id: row.id };
      }
      const query = decodeQuery(args.query);
      if (args.op === 'create' && query.ID !== '') {
        throw invalid('ID must be empty when creating a new prepared query');
      }
      if (query.Name !== '' || isTemplate(query)) authorizer.queryWrite(query.Name);
      const existing = args.op === 'create' ? undefined : requireQuery(context.sql, query.ID);
      if (existing !== undefined && hasName(existing)) authorizer.queryWrite(existing.name);
      validateQuery(query);
      return { op: args.op, query: { ...query, ID: existing?.id ?? context.newUUID() } };
    },
    apply(tx, args) {
      if (args.op === 'delete') {
        deleteQueryTxn(tx, args.id);
        return JSON.stringify(args.id);
      }
      return JSON.stringify(setQueryTxn(tx, args.query).id);
    },
  },
};

/** A sidecar is not trusted: what it sends is decoded as the HTTP API decodes a body. */
function decodeQuery(value: unknown): QueryInput {
  const fail = (what: string): never => {
    throw badRequest(`malformed query: ${what}`);
  };
  return toQueryInput(decodeValue<DecodedQuery | undefined>(value, QUERY, fail) ?? {});
}

function requireQuery(sql: SQL, id: string): PreparedQueryRow {
  const key = parseQueryID(String(id), (fault) => {
    throw invalid(
      `Prepared Query lookup failed: failed prepared query lookup: index error: ${fault}`,
    );
  });
  const row = findQueryRow(sql, key);
  if (row === undefined) throw invalid(`Cannot modify non-existent prepared query: '${id}'`);
  return row;
}
