/** The door: the deploy-time secret, compared in constant time. */
import type { Env } from './env.ts';

const encoder = new TextEncoder();

/** Null when the token opens the door, otherwise the answer to give. */
export async function refuseUnlessSecret(env: Env, token: string): Promise<Response | null> {
  if (env.LICTOR_SECRET === undefined || env.LICTOR_SECRET === '') {
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
  if (await equalSecrets(token, env.LICTOR_SECRET)) return null;
  return refusal(403, 'Permission denied: the token is not the deployment secret.');
}

/** Digests have one length, so neither the content nor the length of the secret shows in the time. */
async function equalSecrets(given: string, wanted: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(given), digest(wanted)]);
  return crypto.subtle.timingSafeEqual(a, b);
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
