/** Intentions: who may connect to whom (Consul: agent/consul/intention_endpoint.go). */
import { badRequest, forbidden, invalid } from '../../protocol/errors.ts';
import { decideIntention } from '../../protocol/intention-decision.ts';
import type { Intention } from '../../protocol/types/intention.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import {
  allIntentions,
  findIntention,
  findIntentionByID,
  intentionsFrom,
  intentionsTo,
} from '../state/intentions.ts';
import { configEntryTopic, configKindTopic, type Topic } from '../watch/topics.ts';
import { type ReadEndpoints, topicRead } from './endpoint.ts';

const ALL = configKindTopic('service-intentions');
const toDestination = (name: string): Topic => configEntryTopic('service-intentions', name);

/** Those of its entry, and those that concern every destination. */
const bearingOn = (destination: string): Topic[] => [
  toDestination(destination),
  toDestination('*'),
];

export const intentionReads: ReadEndpoints<
  'intention.list' | 'intention.exact' | 'intention.get' | 'intention.match' | 'intention.check'
> = {
  'intention.list': topicRead(
    'intention.list',
    () => [ALL],
    ({ sql }, _args, authorizer) =>
      JSON.stringify(allIntentions(sql).filter((intention) => mayRead(authorizer, intention))),
  ),
  'intention.exact': topicRead(
    'intention.exact',
    ({ destination }) => [toDestination(destination)],
    ({ sql }, { source, destination }, authorizer) =>
      renderOne(findIntention(sql, source, destination), authorizer),
  ),
  'intention.get': topicRead(
    'intention.get',
    () => [ALL],
    ({ sql }, { id }, authorizer) => {
      checkID(id);
      return renderOne(findIntentionByID(sql, id), authorizer);
    },
  ),
  'intention.match': topicRead(
    'intention.match',
    ({ by, names }) => (by === 'destination' ? names.flatMap(bearingOn) : [ALL]),
    ({ sql }, { by, names }, authorizer) => {
      for (const name of names) {
        if (name !== '') authorizer.require('intention', 'read', name);
      }
      const find = by === 'destination' ? intentionsTo : intentionsFrom;
      return JSON.stringify(names.map((name) => find(sql, name)));
    },
  ),
  'intention.check': topicRead(
    'intention.check',
    ({ destination }) => bearingOn(destination),
    ({ sql, intentionDefault }, { source, destination }, authorizer) => {
      authorizer.require('service', 'read', destination);
      // Unlike a match, a check takes the name as it is spelled.
      const bearing = intentionsTo(sql, destination).filter(
        ({ DestinationName: name }) => name === destination || name === '*',
      );
      const { allowed } = decideIntention(bearing, source, intentionDefault);
      return JSON.stringify({ Allowed: allowed });
    },
  ),
};

/** Either end is reason enough, as in Consul. */
function mayRead(authorizer: Authorizer, intention: Intention): boolean {
  return (
    authorizer.intentionRead(intention.SourceName) ||
    authorizer.intentionRead(intention.DestinationName)
  );
}

function renderOne(intention: Intention | undefined, authorizer: Authorizer): string {
  if (intention === undefined) return '';
  if (!mayRead(authorizer, intention)) throw forbidden('Permission denied');
  return JSON.stringify(intention);
}

const UUID_CHARS = 36;

/** @throws RPCError in the words of the index that Consul looks it up by */
export function checkID(id: string): void {
  const fault = idFault(id);
  if (fault !== undefined) {
    throw badRequest(`failed config entry lookup: index error: ${fault}`);
  }
}

/** For writes. @throws RPCError */
export function checkIDForWrite(id: string): void {
  const fault = idFault(id);
  if (fault !== undefined) {
    throw invalid(`Intention lookup failed: failed config entry lookup: index error: ${fault}`);
  }
}

function idFault(id: string): string | undefined {
  if (id.length !== UUID_CHARS) return `UUID must be ${UUID_CHARS} characters`;
  const digits = id.replaceAll('-', '');
  const bad = [...digits].find((digit) => !/[0-9a-f]/i.test(digit));
  if (bad === undefined) return undefined;
  const code = bad.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `Invalid UUID: encoding/hex: invalid byte: U+${code} '${bad}'`;
}
