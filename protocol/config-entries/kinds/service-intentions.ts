/** Who may connect to a service, and what of it they may ask for. */
import { type Decoded, keep, list, omit, pointer, struct, TEXT_MAP, TEXTS } from '../shape.ts';
import { HEAD, JWT_REQUIREMENT, META } from './parts.ts';

const HEADER = struct({
  Name: keep('string'),
  Present: omit('bool'),
  Exact: omit('string'),
  Prefix: omit('string'),
  Suffix: omit('string'),
  Contains: omit('string'),
  Regex: omit('string'),
  Invert: omit('bool'),
  IgnoreCase: omit('bool'),
});

const PERMISSION = struct({
  Action: keep('string'),
  HTTP: pointer(
    struct({
      PathExact: omit('string'),
      PathPrefix: omit('string'),
      PathRegex: omit('string'),
      Header: omit(list(HEADER)),
      Methods: omit(TEXTS),
    }),
  ),
  JWT: pointer(JWT_REQUIREMENT),
});

const SOURCE = struct({
  Name: keep('string'),
  Action: omit('string'),
  Permissions: omit(list(PERMISSION)),
  Precedence: keep('int'),
  LegacyID: omit('string'),
  Type: keep('string'),
  Description: omit('string'),
  LegacyMeta: omit(TEXT_MAP),
  LegacyCreateTime: pointer('time'),
  LegacyUpdateTime: pointer('time'),
  Peer: omit('string'),
  SamenessGroup: omit('string'),
});

export const SERVICE_INTENTIONS = struct({
  ...HEAD,
  Sources: keep(list(SOURCE)),
  JWT: pointer(JWT_REQUIREMENT),
  ...META,
});

export type SourceIntention = Decoded<typeof SOURCE>;
export type IntentionPermission = Decoded<typeof PERMISSION>;
