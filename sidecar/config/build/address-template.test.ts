import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InterfaceAddress } from '../config-host.ts';
import { fakeConfigHost } from '../testing/fake-config-host.ts';
import { AddressTemplateError, expandAddressTemplate } from './address-template.ts';

const at = (
  interfaceName: string,
  address: string,
  prefixBits: number,
  loopback = false,
): InterfaceAddress => ({
  interfaceName,
  address,
  prefixBits,
  family: address.includes(':') ? 6 : 4,
  loopback,
});

/** The order of the system; eth0 carries the default route. */
const INTERFACES = [
  at('lo', '127.0.0.1', 8, true),
  at('lo', '::1', 128, true),
  at('eth0', '192.0.2.2', 24),
  at('eth0', 'fd00::2', 64),
  at('eth0', 'fe80::fc:ff:fe00:1', 64),
  at('eth1', '10.0.0.9', 8),
  at('eth1', '10.0.0.130', 25),
  at('eth2', '8.8.4.4', 24),
];
const host = fakeConfigHost({}, INTERFACES);
host.defaultInterface = () => 'eth0';
const expand = (expression: string): string => expandAddressTemplate(`[{{${expression}}}]`, host);

describe('templates of addresses, as go-sockaddr evaluates them', () => {
  it.each([
    ['GetPrivateIP', 'fd00::2'],
    ['GetPrivateIPs', '10.0.0.9 10.0.0.130 fd00::2'],
    ['GetPublicIP', '8.8.4.4'],
    ['GetPublicIPs', '8.8.4.4'],
    // 192.0.2.0/24 is for documentation, which go-sockaddr takes no address from.
    ['GetInterfaceIP "eth0"', 'fd00::2'],
    ['GetInterfaceIP `eth.`', '10.0.0.9'],
    ['GetInterfaceIP "lo"', ''],
    ['GetInterfaceIPs "lo"', '127.0.0.1 ::1'],
    [
      'GetAllInterfaces',
      '[127.0.0.1/8 ::1 192.0.2.2/24 fd00::2/64 fe80::fc:ff:fe00:1/64 10.0.0.9/8 10.0.0.130/25 8.8.4.4/24]',
    ],
    ['GetDefaultInterfaces | include "type" "IPv4" | attr "address"', '192.0.2.2'],
    [
      'GetPrivateInterfaces | include "network" "10.0.0.0/24" | sort "size" | join "address" ","',
      '10.0.0.9,10.0.0.130',
    ],
    [
      'GetPrivateInterfaces | sort "-size" | include "type" "ipv4" | limit 1 | attr "address"',
      '10.0.0.130',
    ],
    ['GetPublicInterfaces | attr "address"', '8.8.4.4'],
    ['GetAllInterfaces | include "flags" "up|loopback" | join "address" ","', '127.0.0.1,::1'],
    [
      'GetAllInterfaces | include "flag" "link-local unicast" | attr "address"',
      'fe80::fc:ff:fe00:1',
    ],
    [
      'GetAllInterfaces | include "rfc" "1918|4193" | join "address" ","',
      'fd00::2,10.0.0.9,10.0.0.130',
    ],
    ['GetAllInterfaces | include "size" "24" | join "address" ","', '192.0.2.2,8.8.4.4'],
    [
      'GetAllInterfaces | include "name" "^eth[12]$" | exclude "address" "^10" | attr "name"',
      'eth2',
    ],
    ['GetAllInterfaces | sort "-name,-address" | limit 2 | join "address" ","', '127.0.0.1,::1'],
    [
      'GetAllInterfaces | sort "default,-type" | limit 3 | join "address" ","',
      'fd00::2,fe80::fc:ff:fe00:1,192.0.2.2',
    ],
    ['GetAllInterfaces | offset -1 | attr "address"', '8.8.4.4'],
    ['GetAllInterfaces | limit 0 | attr "address"', ''],
    ['GetAllInterfaces | unique "name" | join "name" ","', 'lo,eth0,eth1,eth2'],
    [
      'GetDefaultInterfaces | math "network" "+5" | join "address" ","',
      '192.0.2.5,fd00::5,fe80::5',
    ],
    ['GetDefaultInterfaces | math "address" "-1" | attr "address"', '192.0.2.1'],
    ['attr "address" (GetAllInterfaces | offset 2)', '192.0.2.2'],
    ['printf "%s:%d" GetPrivateIP 80', 'fd00::2:80'],
    ['"1.2.3.4"', '1.2.3.4'],
  ])('%s is %s', (expression, expected) => {
    expect(expand(expression)).toBe(`[${expected}]`);
    expect(expand(`  ${expression} `)).toBe(`[${expected}]`);
  });

  it.each([
    ['network', '192.0.2.0', 'fd00::'],
    ['netmask', '255.255.255.0', 'ffff:ffff:ffff:ffff::'],
    ['mask_bits', '24', '64'],
    ['size', '256', '18446744073709551616'],
    ['first_usable', '192.0.2.1', 'fd00::'],
    ['last_usable', '192.0.2.254', 'fd00::ffff:ffff:ffff:ffff'],
    ['string', '192.0.2.2/24', 'fd00::2/64'],
    ['type', 'IPv4', 'IPv6'],
    ['flags', 'up|broadcast|multicast|running', 'up|broadcast|multicast|running'],
  ])('the attribute %s', (name, four, six) => {
    expect(expand(`GetDefaultInterfaces | limit 2 | join "${name}" " "`)).toBe(`[${four} ${six}]`);
  });

  it.each([
    ['nope', 'function "nope" not defined'],
    ['GetAllInterfaces | attr "x"', 'unsupported attribute name "x"'],
    ['GetAllInterfaces | include "type" "x" | attr "address"', 'unsupported type x'],
    ['GetAllInterfaces | include "network" "x"', 'invalid network x'],
    ['GetAllInterfaces | include "size" "/24"', 'invalid mask size /24'],
    ['GetAllInterfaces | sort "x"', 'unsupported sort type: x'],
    ['GetAllInterfaces | offset 99', 'unable to seek past the end'],
    ['GetAllInterfaces | join "address"', 'wrong number'],
    ['GetInterfaceIP', 'a string is wanted'],
    ['GetInterfaceIP "("', 'invalid regular expression'],
    ['"a" "b"', 'no function'],
    ['(GetPrivateIP', 'unclosed ('],
    ['if true', 'function "if" not defined'],
    ['', 'missing value'],
    ['/* x */', 'unexpected /* x */'],
  ])('%s is refused', (expression, reason) => {
    expect(() => expand(expression)).toThrow(reason);
    expect(() => expand(expression)).toThrow(AddressTemplateError);
  });

  it('takes away white space where a dash asks for it', () => {
    expect(expandAddressTemplate('a {{- "b" -}} c {{ "d" }} e', host)).toBe('abc d e');
  });

  it('whatever is written is evaluated or refused', () => {
    const words = [
      'GetAllInterfaces',
      'attr',
      '"address"',
      '|',
      '(',
      ')',
      '1',
      'sort',
      '"-size"',
      '%',
      'constructor',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 8 }), (parts) => {
        try {
          expect(typeof expand(parts.join(' '))).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(AddressTemplateError);
        }
      }),
    );
  });
});
