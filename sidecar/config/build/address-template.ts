import { isPrivateAddress, privateIPv4Addresses } from './ip-address.ts';
import type { ConfigHost } from '../config-host.ts';

/** The template is none that Lictor evaluates. */
export class AddressTemplateError extends Error {}

const TEMPLATE = /\{\{(.*?)\}\}/gs;
const INTERFACE_IP = /^GetInterfaceIP\s+(?:"([^"]+)"|`([^`]+)`)$/;

/**
 * Evaluates the go-sockaddr templates of addresses: `{{ GetPrivateIP }}`, `{{ GetPublicIP }}` and
 * `{{ GetInterfaceIP "eth0" }}`. Text around them stays; a function that finds nothing gives the
 * empty string.
 *
 * Node does not tell which interface carries the default route, so where go-sockaddr takes that
 * one's address, this takes the first fitting address in the system's order.
 */
export function expandAddressTemplate(text: string, host: ConfigHost): string {
  if (!text.includes('{{')) return text;
  return text.replace(TEMPLATE, (_whole, expression: string) => evaluate(expression.trim(), host));
}

function evaluate(expression: string, host: ConfigHost): string {
  if (expression === 'GetPrivateIP') return privateIPv4Addresses(host)[0] ?? '';
  const addresses = host.interfaceAddresses();
  if (expression === 'GetPublicIP') {
    const found = addresses.find(
      ({ family, address }) => family === 4 && !isPrivateAddress(address),
    );
    return found?.address ?? '';
  }
  const named = INTERFACE_IP.exec(expression);
  if (named !== null) {
    const own = addresses.filter((entry) => entry.interfaceName === (named[1] ?? named[2]));
    return (own.find(({ family }) => family === 4) ?? own[0])?.address ?? '';
  }
  throw new AddressTemplateError(
    `the template {{ ${expression} }} is not supported: ` +
      `only GetPrivateIP, GetPublicIP and GetInterfaceIP "name" are`,
  );
}
