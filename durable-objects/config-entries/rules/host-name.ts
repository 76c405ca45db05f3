/** Whether a text can be a name in the DNS (RFC 1035, section 2.3.4), as a lenient resolver takes it. */

const MAX_LABEL_CHARS = 63;
const MAX_NAME_CHARS = 254;

/** Any characters may stand in a label: only lengths and empty labels make a name impossible. */
export function isDomainName(name: string): boolean {
  if (name === '.') return true;
  const labels = (name.endsWith('.') ? name.slice(0, -1) : name).split('.');
  return (
    name.length <= MAX_NAME_CHARS &&
    labels.every((label) => label !== '' && label.length <= MAX_LABEL_CHARS)
  );
}

const WILDCARD_PREFIX = '*.';

/** A star stands for the first label alone. */
export function hasInnerWildcard(host: string): boolean {
  return (host.startsWith(WILDCARD_PREFIX) ? host.slice(WILDCARD_PREFIX.length) : host).includes(
    '*',
  );
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/;

/** As precise as telling an address from a host name needs. */
export function isIPAddress(text: string): boolean {
  return IPV4.test(text) || (text.includes(':') && /^[0-9a-f:.]+$/i.test(text));
}
