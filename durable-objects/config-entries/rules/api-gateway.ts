/** Rules of `api-gateway`. */
import type { APIGatewayListener } from '../../../protocol/config-entries/kinds/api-gateway.ts';
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, quote, validateMeta } from '../kind-rules.ts';
import { hasInnerWildcard } from './host-name.ts';
import { validateTLS } from './tls.ts';

export const apiGateway: KindRules<'api-gateway'> = {
  normalize(entry) {
    for (const listener of entry.Listeners ?? []) {
      listener.Protocol = (listener.Protocol ?? '').toLowerCase();
      for (const certificate of listener.TLS?.Certificates ?? []) {
        certificate.Kind ||= 'inline-certificate';
      }
    }
  },
  validate(entry) {
    validateMeta(entry.Meta);
    const listeners = entry.Listeners ?? [];
    if (listeners.length === 0) throw invalid('api gateway must have at least one listener');
    validateNames(listeners);
    validateMerged(listeners);
    for (const listener of listeners) validateListener(listener);
  },
};

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function validateNames(listeners: readonly APIGatewayListener[]): void {
  const seen = new Set<string>();
  for (const { Name = '' } of listeners) {
    if (!NAME.test(Name)) {
      throw invalid(
        `listener name ${quote(Name)} is invalid, must be at least 1 character and contain only letters, numbers, or dashes`,
      );
    }
    if (seen.has(Name)) throw invalid(`found multiple listeners with the name ${quote(Name)}`);
    seen.add(Name);
  }
}

/** Listeners of one port become one, so they must not contradict one another. */
function validateMerged(listeners: readonly APIGatewayListener[]): void {
  const byPort = new Map<number, APIGatewayListener>();
  for (const listener of listeners) {
    const other = byPort.get(listener.Port ?? 0);
    if (
      other !== undefined &&
      ((other.Hostname ?? '') !== (listener.Hostname ?? '') || other.Protocol !== listener.Protocol)
    ) {
      throw invalid(`listeners ${quote(other.Name)} and ${quote(listener.Name)} cannot be merged`);
    }
    byPort.set(listener.Port ?? 0, listener);
  }
}

const MAX_PORT = 65_535;
const CERTIFICATES: readonly string[] = ['file-system-certificate', 'inline-certificate'];

function validateListener({ Protocol, Hostname = '', Port = 0, TLS }: APIGatewayListener): void {
  if (Protocol !== 'tcp' && Protocol !== 'http') {
    throw invalid(
      `unsupported listener protocol ${quote(Protocol)}, must be one of 'tcp', or 'http'`,
    );
  }
  if (Protocol === 'tcp' && Hostname !== '') {
    throw invalid('hostname specification is not supported when using TCP');
  }
  if (Port <= 0 || Port > MAX_PORT) {
    throw invalid(`listener port ${Port} not in the range 1-65535`);
  }
  if (hasInnerWildcard(Hostname)) {
    throw invalid(
      `host ${quote(Hostname)} is not valid, a wildcard specifier is only allowed as the left-most label`,
    );
  }
  for (const { Kind = '', Name } of TLS?.Certificates ?? []) {
    if (!CERTIFICATES.includes(Kind)) {
      throw invalid(
        `unsupported certificate kind: ${quote(Kind)}, must be 'file-system-certificate' or 'inline-certificate'`,
      );
    }
    if (!Name) throw invalid('certificate reference must have a name');
  }
  validateTLS({ min: TLS?.MinVersion, max: TLS?.MaxVersion, suites: TLS?.CipherSuites });
}
