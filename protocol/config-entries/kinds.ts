/** Every kind of configuration entry of Consul 1.21, with its fields. */
import { API_GATEWAY } from './kinds/api-gateway.ts';
import { BOUND_API_GATEWAY } from './kinds/bound-api-gateway.ts';
import { FILE_SYSTEM_CERTIFICATE, INLINE_CERTIFICATE } from './kinds/certificate.ts';
import { EXPORTED_SERVICES } from './kinds/exported-services.ts';
import { HTTP_ROUTE } from './kinds/http-route.ts';
import { INGRESS_GATEWAY } from './kinds/ingress-gateway.ts';
import { JWT_PROVIDER } from './kinds/jwt-provider.ts';
import { MESH } from './kinds/mesh.ts';
import { PROXY_DEFAULTS } from './kinds/proxy-defaults.ts';
import { SAMENESS_GROUP } from './kinds/sameness-group.ts';
import { SERVICE_DEFAULTS } from './kinds/service-defaults.ts';
import { SERVICE_INTENTIONS } from './kinds/service-intentions.ts';
import { SERVICE_RESOLVER } from './kinds/service-resolver.ts';
import { SERVICE_ROUTER } from './kinds/service-router.ts';
import { SERVICE_SPLITTER } from './kinds/service-splitter.ts';
import { TCP_ROUTE } from './kinds/tcp-route.ts';
import { TERMINATING_GATEWAY } from './kinds/terminating-gateway.ts';
import type { Decoded, StructShape } from './shape.ts';

export const KINDS = {
  'service-defaults': SERVICE_DEFAULTS,
  'proxy-defaults': PROXY_DEFAULTS,
  'service-router': SERVICE_ROUTER,
  'service-splitter': SERVICE_SPLITTER,
  'service-resolver': SERVICE_RESOLVER,
  'ingress-gateway': INGRESS_GATEWAY,
  'terminating-gateway': TERMINATING_GATEWAY,
  'service-intentions': SERVICE_INTENTIONS,
  mesh: MESH,
  'exported-services': EXPORTED_SERVICES,
  'sameness-group': SAMENESS_GROUP,
  'api-gateway': API_GATEWAY,
  'bound-api-gateway': BOUND_API_GATEWAY,
  'http-route': HTTP_ROUTE,
  'tcp-route': TCP_ROUTE,
  'file-system-certificate': FILE_SYSTEM_CERTIFICATE,
  'inline-certificate': INLINE_CERTIFICATE,
  'jwt-provider': JWT_PROVIDER,
} as const satisfies Record<string, StructShape>;

export type KindName = keyof typeof KINDS;

type EntryMap = {
  [K in KindName]: Omit<Decoded<(typeof KINDS)[K]>, 'Kind'> & { Kind: K };
};

/** An entry of one kind, decoded. */
export type Entry<K extends KindName> = EntryMap[K];

/** An entry of any kind. */
export type KnownEntry = EntryMap[KindName];

export function isKind(name: string): name is KindName {
  return Object.hasOwn(KINDS, name);
}

/** Kinds of which there is one entry, with its name. */
const SINGLE: Partial<Record<KindName, string>> = { mesh: 'mesh' };

export function nameOf(entry: KnownEntry): string {
  return SINGLE[entry.Kind] ?? (entry as { Name?: string }).Name ?? '';
}
