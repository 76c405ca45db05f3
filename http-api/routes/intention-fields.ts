/** Bodies of /v1/connect/intentions, and names in its parameters. */
import type { IntentionInput } from '../../protocol/types/intention.ts';
import type { Struct } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import type { Query } from '../query.ts';

/** As decoded. What the datacenter works out itself is taken and left alone, so that an answer may be sent back. */
export type IntentionBody = IntentionInput & {
  SourceNS?: string;
  DestinationNS?: string;
  SourcePartition?: string;
  DestinationPartition?: string;
};

const JWT: Struct = {
  struct: 'structs.IntentionJWTRequirement',
  fields: {
    Providers: {
      list: {
        struct: 'structs.IntentionJWTProvider',
        fields: {
          Name: 'string',
          VerifyClaims: {
            list: {
              struct: 'structs.IntentionJWTClaimVerification',
              fields: { Path: { list: 'string' }, Value: 'string' },
            },
          },
        },
      },
    },
  },
};

const PERMISSION: Struct = {
  struct: 'structs.IntentionPermission',
  fields: {
    Action: 'string',
    HTTP: {
      struct: 'structs.IntentionHTTPPermission',
      fields: {
        PathExact: 'string',
        PathPrefix: 'string',
        PathRegex: 'string',
        Header: {
          list: {
            struct: 'structs.IntentionHTTPHeaderPermission',
            fields: {
              Name: 'string',
              Present: 'bool',
              Exact: 'string',
              Prefix: 'string',
              Suffix: 'string',
              Contains: 'string',
              Regex: 'string',
              Invert: 'bool',
              IgnoreCase: 'bool',
            },
          },
        },
        Methods: { list: 'string' },
      },
    },
    JWT,
  },
};

export const INTENTION: Struct = {
  struct: 'structs.Intention',
  fields: {
    ID: 'string',
    Description: 'string',
    SourcePartition: 'string',
    SourceNS: 'string',
    SourceName: 'string',
    SourcePeer: 'string',
    SourceSamenessGroup: 'string',
    DestinationPartition: 'string',
    DestinationNS: 'string',
    DestinationName: 'string',
    SourceType: 'string',
    Action: 'string',
    Permissions: { list: PERMISSION },
    JWT,
    Meta: { map: 'string' },
    Precedence: 'int',
    CreatedAt: 'string',
    UpdatedAt: 'string',
    Hash: 'string',
    CreateIndex: 'uint64',
    ModifyIndex: 'uint64',
  },
};

/** What the datacenter is told of it. */
export function toInput(body: IntentionBody): IntentionInput {
  const { SourceName, DestinationName, SourceType, SourcePeer, SourceSamenessGroup } = body;
  const { Action, Permissions, Description, Meta } = body;
  const input = {
    SourceName,
    DestinationName,
    SourceType,
    SourcePeer,
    SourceSamenessGroup,
    Action,
    Permissions,
    Description,
    Meta,
  };
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as IntentionInput;
}

/** The only one that there is, under the names by which it may be called. */
export const isDefaultNamespace = (name: string): boolean => name === '' || name === 'default';

export interface NamedService {
  readonly namespace: string;
  readonly name: string;
}

/** `name`, `namespace/name` or `partition/namespace/name`. @throws HTTPError 500 */
export function parseServiceName(text: string, parameter: string): NamedService {
  const parts = text.split('/');
  const MAX_PARTS = 3;
  if (parts.length > MAX_PARTS) {
    throw new HTTPError(
      500,
      `${parameter} ${JSON.stringify(text)} is invalid: input can contain at most two '/'`,
    );
  }
  return { namespace: parts.at(-2) ?? '', name: parts.at(-1)! };
}

/** @param what the namespace is called in the error. @throws HTTPError 500 */
export function requireDefaultNamespace(namespace: string, what: string): void {
  if (isDefaultNamespace(namespace)) return;
  throw new HTTPError(
    500,
    `Invalid ${what} ${JSON.stringify(namespace)}: Namespaces is a Consul Enterprise feature`,
  );
}

/** A parameter that is given once, be it empty. @throws HTTPError 500 */
export function requireParameter(query: Query, name: string): string {
  const values = query.all(name);
  if (values.length !== 1) throw missingParameter(name);
  return values[0]!;
}

export function missingParameter(name: string): HTTPError {
  return new HTTPError(500, `required query parameter '${name}' not set`);
}
