/** The door: the deploy-time secret, compared in constant time. */
const encoder = new TextEncoder();

/** Where tokens of the ACL system are looked at, by the datacenter itself. What belongs to the deployment is not among it. */
const OPEN_TO_TOKENS = /^\/(?:v1\/(?!datacenters(?:\/|$)).*|ui(?:\/.*)?)?$/;

/**
 * Null when a request may pass. With ACLs everybody comes as far as the datacenter, which does what the token may; sidecars' own paths
 * and what makes datacenters take the secret as ever.
 */
export async function refuseAtDoor(
  door: Door & { readonly ACL_ENABLED?: unknown },
  pathname: string,
  token: string,
): Promise<Response | null> {
  const isSet = typeof door.LICTOR_SECRET === 'string' && door.LICTOR_SECRET !== '';
  if (isSet && door.ACL_ENABLED === 'true' && OPEN_TO_TOKENS.test(pathname)) return null;
  return refuseUnlessSecret(door, token);
}

interface Door {
  /** Whatever the runtime gives for a binding that nobody has set: undefined on the edge, null in workerd. */
  readonly LICTOR_SECRET?: unknown;
}

/** Null when the token opens the door, otherwise the answer to give. */
export async function refuseUnlessSecret(
  { LICTOR_SECRET: secret }: Door,
  token: string,
): Promise<Response | null> {
  if (typeof secret !== 'string' || secret === '') {
    return refusal(
      503,
      'This deployment has no secret yet: set one with `wrangler secret put LICTOR_SECRET`.',
    );
  }
  if (token === '') {
    return refusal(
      403,
      'Permission denied: send the deployment secret as X-Consul-Token or Authorization: Bearer.',
    );
  }
  if (await equalSecrets(token, secret)) return null;
  return refusal(403, 'Permission denied: the token is not the deployment secret.');
}

/** Digests have one length, so neither the content nor the length of the secret shows in the time. */
async function equalSecrets(given: string, wanted: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(given), digest(wanted)]);
  return (crypto.subtle as unknown as TimingSafe).timingSafeEqual(a, b);
}

/** The runtime's own addition to the standard. */
interface TimingSafe {
  timingSafeEqual(a: ArrayBuffer, b: ArrayBuffer): boolean;
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', encoder.encode(text));
}

function refusal(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

/** The token of a request, in Consul's order of precedence. */
export function tokenOf(request: Request): string {
  const fromQuery = new URL(request.url).searchParams.get('token');
  const fromHeader = fromQuery || request.headers.get('x-consul-token');
  if (fromHeader) return fromHeader;
  return /^bearer\s+(\S+)\s*$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
}
