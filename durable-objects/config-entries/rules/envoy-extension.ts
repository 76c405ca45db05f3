/**
 * Extensions of Envoy that Consul has built in: their names, versions and arguments.
 *
 * Not checked here: what only the rendering for a proxy can find, such as an upstream that does not exist.
 */
import type { EnvoyExtension } from '../../../protocol/config-entries/kinds/parts.ts';
import { renderFaults } from '../../../protocol/multi-error.ts';
import { quote } from '../kind-rules.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Faults of the arguments of each built-in extension. */
const BUILT_IN: Readonly<Record<string, (given: Arguments) => string[]>> = {
  'builtin/lua': luaFaults,
  'builtin/aws/lambda': (given) => (given.arn ? [] : ['ARN is required']),
  'builtin/ext-authz': extAuthzFaults,
  'builtin/otel-access-logging': otelFaults,
  'builtin/property-override': propertyOverrideFaults,
  'builtin/wasm': wasmFaults,
};

export function extensionFaults(extensions: readonly EnvoyExtension[] | undefined): string[] {
  return (extensions ?? []).flatMap((extension, at) => {
    const fault = extensionFault(extension, `invalid EnvoyExtensions[${at}]`);
    return fault === undefined ? [] : [fault];
  });
}

function extensionFault(extension: EnvoyExtension, prefix: string): string | undefined {
  const { Name = '', EnvoyVersion = '', ConsulVersion = '' } = extension;
  if (Name === '') return `${prefix}: Name is required`;
  for (const [field, version] of Object.entries({ EnvoyVersion, ConsulVersion })) {
    const bad = malformedConstraint(version);
    if (bad !== undefined) return `${prefix}.${field}: Malformed constraint: ${bad}`;
  }
  if (!Object.hasOwn(BUILT_IN, Name)) {
    return `${prefix}[${Name}]: name ${quote(Name)} is not a built-in extension`;
  }
  const faults = BUILT_IN[Name]!(lowerKeys(extension.Arguments));
  return faults.length === 0 ? undefined : `${prefix}[${Name}]: ${renderFaults(faults)}`;
}

const CONSTRAINT = /^\s*(?:=|!=|>|<|>=|<=|~>)?\s*v?\d+(?:\.\d+)*(?:-[\w.-]+)?(?:\+[\w.-]+)?\s*$/;

/** The first part of a constraint such as ">= 1.2, < 2" that is none. */
function malformedConstraint(constraint: string): string | undefined {
  if (constraint === '') return undefined;
  return constraint.split(',').find((part) => !CONSTRAINT.test(part));
}

/** Names of arguments ignore case. */
function lowerKeys(value: unknown): Arguments {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.toLowerCase(), item]),
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const PROXY = 'connect-proxy';
const isListener = (listener: string): boolean => listener === 'inbound' || listener === 'outbound';

function luaFaults(given: Arguments): string[] {
  const faults: string[] = [];
  const proxyType = text(given.proxytype) || PROXY;
  if (text(given.script) === '') faults.push('missing Script value');
  if (proxyType !== PROXY) faults.push(`unexpected ProxyType ${quote(proxyType)}`);
  if (!isListener(text(given.listener))) {
    faults.push(`unexpected Listener ${quote(text(given.listener))}`);
  }
  return faults;
}

/** What the extensions for authorization and for access logs share. */
function commonFaults(given: Arguments): string[] {
  const faults: string[] = [];
  const proxyType = text(given.proxytype) || PROXY;
  const listener = text(given.listenertype) || 'inbound';
  if (proxyType !== PROXY) {
    faults.push(`unsupported ProxyType ${quote(proxyType)}, only ${quote(PROXY)} is supported`);
  }
  if (!isListener(listener)) {
    faults.push(
      `unexpected ListenerType ${quote(listener)}, supported values are "inbound" or "outbound"`,
    );
  }
  return faults;
}

function extAuthzFaults(given: Arguments): string[] {
  const config = lowerKeys(given.config);
  const hasBoth = config.grpcservice !== undefined && config.httpservice !== undefined;
  if (hasBoth || (config.grpcservice ?? config.httpservice) === undefined) {
    return [...commonFaults(given), 'exactly one of GrpcService or HttpService must be set'];
  }
  const name = config.httpservice === undefined ? 'GrpcService' : 'HttpService';
  const service = lowerKeys(config.httpservice ?? config.grpcservice);
  return [...commonFaults(given), ...targetFaults(name, service)];
}

function otelFaults(given: Arguments): string[] {
  const config = lowerKeys(given.config);
  return config.grpcservice === undefined
    ? [...commonFaults(given), 'missing GrpcService']
    : [...commonFaults(given), ...targetFaults('GrpcService', lowerKeys(config.grpcservice))];
}

/** A service is either an upstream or something on the proxy's own host. */
function targetFaults(name: string, service: Arguments): string[] {
  const prefix = `failed to validate Config.${name}: `;
  if (service.target === undefined) {
    return [prefix + renderFaults([`${name}.Target must be set`])];
  }
  const target = lowerKeys(service.target);
  const hasService = text(lowerKeys(target.service).name) !== '';
  return hasService === (text(target.uri) !== '')
    ? [prefix + renderFaults(['exactly one of Target.Service or Target.URI must be set'])]
    : [];
}

function propertyOverrideFaults(given: Arguments): string[] {
  // A list of one has been decoded to what is in it.
  const patches = Array.isArray(given.patches)
    ? given.patches
    : given.patches
      ? [given.patches]
      : [];
  if (patches.length === 0) return ['at least one patch is required'];
  return patches.flatMap((patch, at) => {
    const fault = patchFault(lowerKeys(patch));
    return fault === undefined ? [] : [`invalid Patches[${at}]: ${fault}`];
  });
}

function patchFault(patch: Arguments): string | undefined {
  const filter = lowerKeys(patch.resourcefilter);
  if (Object.keys(filter).length === 0) return 'field ResourceFilter is required';
  if (text(filter.resourcetype) === '') return 'field ResourceType is required';
  if (text(filter.trafficdirection) === '') return 'field TrafficDirection is required';
  if (text(patch.op) === '') return 'field Op is required';
  return patch.op === 'remove' && patch.value !== undefined
    ? 'field Value is not supported for remove operation'
    : undefined;
}

function wasmFaults(given: Arguments): string[] {
  const code = lowerKeys(lowerKeys(lowerKeys(given.pluginconfig).vmconfig).code);
  const hasLocal = text(lowerKeys(code.local).filename) !== '';
  const hasRemote = Object.keys(lowerKeys(code.remote)).length > 0;
  const faults = commonFaults(given);
  if (hasLocal === hasRemote) {
    faults.push('VmConfig.Code must provide exactly one of Local or Remote data source');
  }
  return faults;
}
