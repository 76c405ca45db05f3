/** The rules of every kind: a kind without rules does not compile. */
import type { KindName, KnownEntry } from '../../protocol/config-entries/kinds.ts';
import type { KindRules } from './kind-rules.ts';
import { apiGateway } from './rules/api-gateway.ts';
import { fileSystemCertificate, inlineCertificate } from './rules/certificate.ts';
import { exportedServices } from './rules/exported-services.ts';
import { httpRoute } from './rules/http-route.ts';
import { ingressGateway } from './rules/ingress-gateway.ts';
import { jwtProvider } from './rules/jwt-provider.ts';
import { mesh } from './rules/mesh.ts';
import { proxyDefaults } from './rules/proxy-defaults.ts';
import { serviceDefaults } from './rules/service-defaults.ts';
import { serviceIntentions } from './rules/service-intentions.ts';
import { serviceResolver } from './rules/service-resolver.ts';
import { serviceRouter } from './rules/service-router.ts';
import { serviceSplitter } from './rules/service-splitter.ts';
import { tcpRoute } from './rules/tcp-route.ts';
import { terminatingGateway } from './rules/terminating-gateway.ts';
import { boundAPIGateway, samenessGroup } from './rules/unwritable.ts';

const RULES: { readonly [K in KindName]: KindRules<K> } = {
  'service-defaults': serviceDefaults,
  'proxy-defaults': proxyDefaults,
  'service-router': serviceRouter,
  'service-splitter': serviceSplitter,
  'service-resolver': serviceResolver,
  'ingress-gateway': ingressGateway,
  'terminating-gateway': terminatingGateway,
  'service-intentions': serviceIntentions,
  mesh,
  'exported-services': exportedServices,
  'sameness-group': samenessGroup,
  'api-gateway': apiGateway,
  'bound-api-gateway': boundAPIGateway,
  'http-route': httpRoute,
  'tcp-route': tcpRoute,
  'file-system-certificate': fileSystemCertificate,
  'inline-certificate': inlineCertificate,
  'jwt-provider': jwtProvider,
};

function rulesOf(entry: KnownEntry): KindRules<KindName> {
  return RULES[entry.Kind] as unknown as KindRules<KindName>;
}

/** Fills in defaults, in place. @throws RPCError for a name that the kind cannot have */
export function normalizeEntry(entry: KnownEntry): void {
  rulesOf(entry).normalize?.(entry as never);
}

/** @throws RPCError for what is wrong with the entry itself, whatever others there are */
export function validateEntry(entry: KnownEntry): void {
  rulesOf(entry).validate(entry as never);
}
