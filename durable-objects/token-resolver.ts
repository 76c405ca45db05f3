/** Whose secret a request shows, and what that token may do. Compiled authorizers are kept until something of the ACL system changes. */
import { RPCError, forbidden } from '../protocol/errors.ts';
import { nodeOfToken } from '../protocol/reserved-tokens.ts';
import { MAX_COMPILED_TOKENS } from '../protocol/limits.ts';
import { ALLOW_ALL, ANONYMOUS_ACCESSOR, type Authorizer } from './acl/authorizer.ts';
import { BUILTIN_POLICIES, MANAGEMENT_POLICY_ID } from './acl/builtin-policies.ts';
import { compileAuthorizer } from './acl/compile-authorizer.ts';
import { type Rules, RulesError, parseRules } from './acl/parse-rules.ts';
import { type ACLSettings, isPrimary } from './acl-settings.ts';
import type { SQL } from './db/storage.ts';
import { aclVersion } from './state/acl-changed.ts';
import { hashFields } from './state/acl-hash.ts';
import { expandToken, holdsIn } from './state/acl-expand.ts';
import { ANONYMOUS_SECRET } from './state/acl-found.ts';
import {
  type TokenRow,
  bootstrapIndex,
  findTokenRowBySecret,
  policyRows,
} from './state/acl-rows.ts';

interface Compiled {
  readonly authorizer: Authorizer;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | null;
}

export class TokenResolver {
  readonly #sql: SQL;
  readonly #datacenter: string;
  readonly #settings: ACLSettings;
  readonly #now: () => number;
  readonly #compiled = new Map<string, Compiled>();
  #version = -1;

  constructor(sql: SQL, datacenter: string, settings: ACLSettings, now: () => number) {
    this.#sql = sql;
    this.#datacenter = datacenter;
    this.#settings = settings;
    this.#now = now;
  }

  /**
   * What the token with this secret may do; '' is the anonymous one. Without an ACL system everybody may do everything.
   *
   * @throws RPCError forbidden for a secret that no token has, and for one that has expired
   */
  resolve(secret: string): Authorizer {
    if (!this.#settings.enabled) return ALLOW_ALL;
    const version = aclVersion(this.#sql);
    if (version !== this.#version || this.#compiled.size >= MAX_COMPILED_TOKENS) {
      this.#compiled.clear();
      this.#version = version;
    }
    let compiled = this.#compiled.get(secret);
    if (compiled === undefined) {
      compiled = this.#compile(secret);
      this.#compiled.set(secret, compiled);
    }
    if (compiled.expiresAt !== null && compiled.expiresAt <= this.#now()) throw notFound();
    return compiled.authorizer;
  }

  /** The identity of what it may do; null for a secret that no token has (any more). */
  identityOf(secret: string): string | null {
    try {
      return this.resolve(secret).identity;
    } catch (error) {
      if (error instanceof RPCError) return null;
      throw error;
    }
  }

  #compile(secret: string): Compiled {
    const node = nodeOfToken(secret);
    if (node !== null) return { authorizer: this.#ofNode(node), expiresAt: null };
    const row = findTokenRowBySecret(this.#sql, secret === '' ? ANONYMOUS_SECRET : secret);
    if (this.#isReplicationToken(secret)) return this.#management(row?.accessor ?? '');
    if (row !== undefined) return { authorizer: this.#ofRow(row), expiresAt: row.expires_at };
    if (secret === '') {
      return { authorizer: this.#ofRules(ANONYMOUS_ACCESSOR, []), expiresAt: null };
    }
    if (this.#isBootstrapped()) throw notFound();
    if (equal(secret, this.#settings.deploySecret)) return this.#management('');
    throw forbidden(`${NEEDS_BOOTSTRAP}: ACL not found`);
  }

  /** A secondary is when its primary is, and has given it the first policies. */
  #isBootstrapped(): boolean {
    if (bootstrapIndex(this.#sql) !== undefined) return true;
    return !isPrimary(this.#settings, this.#datacenter) && policyRows(this.#sql).length > 0;
  }

  #management(accessor: string): Compiled {
    return { authorizer: this.#ofRules(accessor, [managementRules()]), expiresAt: null };
  }

  /**
   * With it the servers of a secondary write what they read from the primary. It counts whatever is here already: it may come before the
   * policies that it needs, or never.
   */
  #isReplicationToken(secret: string): boolean {
    const isSecondary = !isPrimary(this.#settings, this.#datacenter);
    return isSecondary && equal(secret, this.#settings.replicationToken);
  }

  #ofRow(row: TokenRow): Authorizer {
    const { policies } = expandToken(this.#sql, row);
    const here = policies.filter((policy) => holdsIn(policy, this.#datacenter));
    return this.#ofRules(
      row.accessor,
      here.map(({ Rules: text }) => readRules(text)),
    );
  }

  /** What an agent does as the agent of its node: it registers it, and tells what it knows of others. */
  #ofNode(name: string): Authorizer {
    const own = JSON.stringify(name);
    const rules = [
      `node ${own} { policy = "write" }`,
      `session ${own} { policy = "write" }`,
      'service "consul" { policy = "write" }',
      'event_prefix "" { policy = "write" }',
      'node_prefix "" { policy = "read" }',
      'service_prefix "" { policy = "read" }',
    ];
    return { ...this.#ofRules('', [readRules(rules.join(' '))]), isAgent: true };
  }

  #ofRules(accessor: string, policies: readonly Rules[]): Authorizer {
    const { defaultPolicy } = this.#settings;
    return compileAuthorizer({ accessor, policies, defaultPolicy });
  }
}

/** Digests are compared: how long it takes says nothing of the secret. */
function equal(given: string, secret: string): boolean {
  return secret !== '' && hashFields([given]) === hashFields([secret]);
}

function managementRules(): Rules {
  return parseRules(BUILTIN_POLICIES.find(({ ID }) => ID === MANAGEMENT_POLICY_ID)!.Rules);
}

const NEEDS_BOOTSTRAP =
  'ACL system must be bootstrapped before making any requests that require authorization';
const NO_RULES: Rules = { plain: [], named: [] };

/** Rules were read before they were stored, those of a primary of another version perhaps not: they then grant nothing. */
function readRules(text: string): Rules {
  try {
    return parseRules(text);
  } catch (error) {
    if (error instanceof RulesError) return NO_RULES;
    throw error;
  }
}

function notFound(): Error {
  return forbidden('ACL not found');
}
