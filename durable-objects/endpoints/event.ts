/** User events (Consul: agent/user_event.go). */
import { badRequest, forbidden, invalid } from '../../protocol/errors.ts';
import { eventSizeProblem } from '../../protocol/event-size.ts';
import type { EventFireArgs } from '../../protocol/methods.ts';
import type { UserEvent } from '../../protocol/types/event.ts';
import { isBase64 } from '../../http-api/base64.ts';
import { parseRegex } from '../../http-api/filter/regex/parse-regex.ts';
import { RegexSyntaxError } from '../../http-api/filter/regex/regex-error.ts';
import type { SQL } from '../db/storage.ts';
import { findEvent, fireEventTxn, nextEventTime, readEvents } from '../state/events.ts';
import { EVENTS, eventTopic } from '../watch/topics.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

export const eventReads: ReadEndpoints<'event.list'> = {
  'event.list': {
    kind: 'read',
    topics: ({ name }) => [name ? eventTopic(name) : EVENTS],
    read({ sql }, { name, last }, authorizer) {
      return readEvents(sql, name ?? '', last ?? 0, (event) => authorizer.eventRead(event));
    },
  },
};

export const eventWrites: WriteEndpoints<'event.fire'> = {
  'event.fire': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(_context, args, authorizer) {
      checkEvent(args);
      if (!authorizer.allows('event', 'write', args.name)) throw forbidden('Permission denied');
      return args;
    },
    apply(tx, args, context) {
      const known = args.id === undefined ? undefined : findEvent(tx.sql, args.id);
      const event = known ?? toEvent(tx.sql, args, args.id ?? context.newUUID());
      const problem = eventSizeProblem(event);
      if (problem !== null) throw invalid(`error broadcasting event: ${problem}`);
      if (known === undefined) fireEventTxn(tx, event);
      return JSON.stringify({ ...event, LTime: 0 });
    },
  },
};

function toEvent(sql: SQL, args: EventFireArgs, id: string): UserEvent {
  return {
    ID: id,
    Name: args.name,
    Payload: args.payload === '' ? null : args.payload,
    NodeFilter: args.nodeFilter,
    ServiceFilter: args.serviceFilter,
    TagFilter: args.tagFilter,
    Version: 1,
    LTime: nextEventTime(sql),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws RPCError in Consul's words */
function checkEvent(args: EventFireArgs): void {
  const texts = [args.name, args.payload, args.nodeFilter, args.serviceFilter, args.tagFilter];
  if (texts.some((text) => typeof text !== 'string')) throw badRequest('an event is five texts');
  if (args.id !== undefined && !UUID.test(args.id)) throw badRequest('the ID is no UUID');
  if (args.name === '') throw badRequest('Missing name');
  if (!isBase64(args.payload)) throw badRequest('the payload is not base64');
  if (args.tagFilter !== '' && args.serviceFilter === '') {
    throw invalid('Cannot provide tag filter without service filter');
  }
  checkFilter('node', args.nodeFilter);
  checkFilter('service', args.serviceFilter);
  checkFilter('tag', args.tagFilter);
}

function checkFilter(what: string, pattern: string): void {
  try {
    parseRegex(pattern);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw invalid(`Invalid ${what} filter: ${error.message}`);
  }
}
