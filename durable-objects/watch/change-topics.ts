/**
 * What a reader of the change log asks for: which changes, and which topics tell that there are new ones.
 *
 *     kv/<key>         one key, or everything below a prefix that ends in `/` or is empty
 *     kv-prefix/<text> every key that begins so
 *     service/<name>   its instances and their checks
 *     node/<name>      the node, its instances and its checks
 *     <family>         every change of a family: services, nodes, checks, sessions, kv, config, event, query...
 *     <family>/<key>   the changes of one key of a family, e.g. config/service-defaults/web
 *
 * Whatever matches also wakes: a change touches the topics of its family, its key, and its service or node.
 */
import { badRequest } from '../../protocol/errors.ts';
import { MAX_STREAM_TOPICS, MAX_STREAM_TOPIC_CHARS } from '../../protocol/limits.ts';
import { type Topic, keyPrefixTopic, keyTopic } from './topics.ts';

/** The part of a change that says what it is about. */
export interface ChangeSubject {
  readonly kind: string;
  readonly key: string;
  readonly scope?: string | null | undefined;
}

export interface ChangeTopic {
  /** A change that matches touches one of these. */
  readonly topics: readonly Topic[];
  matches(change: ChangeSubject): boolean;
  /** Set for keys: reading them takes rights on the key or the prefix itself. */
  readonly kv?: { readonly prefix: string } | { readonly key: string };
}

const familyTopic = (family: string): Topic => `log/${family}`;
const familyKeyTopic = (family: string, key: string): Topic => `log/${family}/${key}`;
const logServiceTopic = (name: string): Topic => `log-service/${name.toLowerCase()}`;
const logNodeTopic = (name: string): Topic => `log-node/${name.toLowerCase()}`;

/** `kv` of `kv.set`. */
export function familyOf(kind: string): string {
  const dot = kind.indexOf('.');
  return dot < 0 ? kind : kind.slice(0, dot);
}

/** The lower-cased node of an instance, a check or a node. */
export function nodeOfKey(key: string): string {
  const slash = key.indexOf('/');
  return slash < 0 ? key : key.slice(0, slash);
}

/** Families whose keys begin with a node's name. */
const ON_NODES: ReadonlySet<string> = new Set(['node', 'service', 'check', 'coordinate']);
const ON_SERVICES: ReadonlySet<string> = new Set(['service', 'check']);

/** Topics that a change touches for the readers of the log. Keys have topics of their own. */
export function logTopicsOf({ kind, key, scope }: ChangeSubject): Topic[] {
  const family = familyOf(kind);
  const topics = [familyTopic(family)];
  if (family !== 'kv') topics.push(familyKeyTopic(family, key));
  if (ON_NODES.has(family)) topics.push(logNodeTopic(nodeOfKey(key)));
  if (ON_SERVICES.has(family) && scope) topics.push(logServiceTopic(scope));
  return topics;
}

/** Plural names, as the catalog has them, for families in the singular. */
const PLURALS: Readonly<Record<string, string>> = {
  services: 'service',
  nodes: 'node',
  checks: 'check',
  sessions: 'session',
  events: 'event',
  queries: 'query',
};

/** @throws RPCError bad-request */
export function parseChangeTopics(texts: readonly string[]): ChangeTopic[] {
  if (!Array.isArray(texts) || texts.length === 0) throw badRequest('topics are missing');
  if (texts.length > MAX_STREAM_TOPICS)
    throw badRequest(`at most ${MAX_STREAM_TOPICS} topics, got ${texts.length}`);
  return texts.map(parseChangeTopic);
}

function parseChangeTopic(text: string): ChangeTopic {
  if (typeof text !== 'string' || text.length > MAX_STREAM_TOPIC_CHARS)
    throw badRequest(`a topic is a text of at most ${MAX_STREAM_TOPIC_CHARS} characters`);
  const slash = text.indexOf('/');
  const name = slash < 0 ? text : text.slice(0, slash);
  const rest = slash < 0 ? null : text.slice(slash + 1);
  if (!/^[a-z][a-z-]*$/.test(name)) throw badRequest(`no such topic: ${JSON.stringify(text)}`);
  if (name === 'kv-prefix') return prefixTopic(rest ?? '');
  if (name === 'kv') {
    return rest === null || rest === '' || rest.endsWith('/')
      ? prefixTopic(rest ?? '')
      : keyChangeTopic(rest);
  }
  const family = PLURALS[name] ?? name;
  if (rest === null) {
    return {
      topics: [familyTopic(family)],
      matches: ({ kind }) => familyOf(kind) === family,
    };
  }
  if (rest === '') throw badRequest(`the topic ${JSON.stringify(text)} names nothing`);
  if (name === 'service') return serviceChangeTopic(rest.toLowerCase());
  if (name === 'node') return nodeChangeTopic(rest.toLowerCase());
  return {
    topics: [familyKeyTopic(family, rest)],
    matches: ({ kind, key }) => key === rest && familyOf(kind) === family,
  };
}

function prefixTopic(prefix: string): ChangeTopic {
  return {
    topics: [keyPrefixTopic(prefix)],
    matches: ({ kind, key }) => key.startsWith(prefix) && familyOf(kind) === 'kv',
    kv: { prefix },
  };
}

function keyChangeTopic(name: string): ChangeTopic {
  return {
    topics: [keyTopic(name)],
    matches: ({ kind, key }) => key === name && familyOf(kind) === 'kv',
    kv: { key: name },
  };
}

function serviceChangeTopic(name: string): ChangeTopic {
  return {
    topics: [logServiceTopic(name)],
    matches: ({ kind, scope }) => scope?.toLowerCase() === name && ON_SERVICES.has(familyOf(kind)),
  };
}

function nodeChangeTopic(name: string): ChangeTopic {
  return {
    topics: [logNodeTopic(name)],
    matches: ({ kind, key }) => ON_NODES.has(familyOf(kind)) && nodeOfKey(key) === name,
  };
}
