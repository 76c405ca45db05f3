import { expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';
import type { APIRequest } from './route.ts';

it.each([
  [undefined, '192.0.2.1', '192.0.2.1'],
  [undefined, '::ffff:192.0.2.1', '192.0.2.1'],
  [undefined, '2001:db8::1', '2001:db8::1'],
  [undefined, '/run/lictor.sock', ''],
  ['198.51.100.7, 192.0.2.9', '192.0.2.1', '198.51.100.7'],
  [' 2001:db8::2 ', '192.0.2.1', '2001:db8::2'],
  ['unknown', '192.0.2.1', '192.0.2.1'],
  ['1.2.3.4.5', '', ''],
  ['256.1.1.1', '', ''],
])('forwarded for %j from %j is %j', (forwarded, remoteAddress, expected) => {
  const request = { remoteAddress, header: () => forwarded } as unknown as APIRequest;
  expect(clientAddress(request)).toBe(expected);
});
