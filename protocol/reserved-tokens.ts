/**
 * Tokens that no client can have: they stand for who calls, and begin with a character that is in no secret.
 *
 * Both ends keep them apart from clients': an agent refuses one that comes by HTTP, and a datacenter takes only the one
 * below, over a link, for the node of that link.
 */
const RESERVED = '\u0000';

/**
 * What an agent does as the agent of its node, whatever tokens it was given: Consul's servers do that for it, out of what
 * gossip tells them, and ask for no token either.
 */
export const NODE_TOKEN = `${RESERVED}node`;

/** The same as the datacenter knows it. */
export function nodeTokenOf(nodeName: string): string {
  return `${NODE_TOKEN}/${nodeName}`;
}

/** @returns the node's name, or null for any other token */
export function nodeOfToken(token: string): string | null {
  return token.startsWith(`${NODE_TOKEN}/`) ? token.slice(NODE_TOKEN.length + 1) : null;
}

export function isReserved(token: string): boolean {
  return token.startsWith(RESERVED);
}

/** A secret that nobody has. */
export const NOBODY = ' ';
