/** Where a request comes from, as `near=_ip` means it (Consul: agent/http.go, sourceAddrFromRequest). */
import type { APIRequest } from './route.ts';

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
/** An IPv6 address in any spelling: only its characters are looked at, for it is compared as text. */
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;

/**
 * The first address that X-Forwarded-For names, otherwise the socket's; '' where neither is an address.
 *
 * A client may claim any address: it decides the order of what it gets, never what that is.
 */
export function clientAddress(request: APIRequest): string {
  const forwarded = request.header('x-forwarded-for')?.split(',')[0]?.trim() ?? '';
  return [forwarded, unmapped(request.remoteAddress)].find(isAddress) ?? '';
}

function isAddress(text: string): boolean {
  return IPV4.test(text) || IPV6.test(text);
}

/** An IPv4 client of a socket for both families. */
function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
