/** Tokens for people. */
import { metaFields, renderFields } from './format.ts';
import { renderGrants } from './render-grants.ts';
import type { Token } from './types.ts';

const WIDTH = 18;

export function renderToken(token: Token, showMeta: boolean): string {
  return `${[...renderTokenHead(token, showMeta), ...renderGrants(token)].join('\n')}\n`;
}

/** One after the other, an empty line between them. */
export function renderTokens(tokens: readonly Token[], showMeta: boolean): string {
  return tokens.map((token) => renderToken(token, showMeta)).join('\n');
}

export function renderTokenHead(token: Token, showMeta: boolean): string[] {
  const fields: [string, string][] = [
    ['AccessorID', token.AccessorID],
    ['SecretID', token.SecretID],
    ['Description', token.Description],
    ['Local', String(token.Local)],
  ];
  // The blank behind the colon is where Enterprise names a namespace.
  if (token.AuthMethod) fields.push(['Auth Method', `${token.AuthMethod} (Namespace: )`]);
  fields.push(['Create Time', renderTime(token.CreateTime)]);
  if (token.ExpirationTime) fields.push(['Expiration Time', renderTime(token.ExpirationTime)]);
  return renderFields([...fields, ...(showMeta ? metaFields(token) : [])], WIDTH);
}

/** `2026-11-28 18:45:04.971307647 +0000 UTC`, as Go prints the time that RFC 3339 writes with a Z. */
function renderTime(time: string): string {
  return time.replace('T', ' ').replace(/Z$/, ' +0000 UTC');
}
