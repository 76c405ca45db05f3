import { describe, expect, it } from 'vitest';
import { load, loadObject, ONE_INTERFACE, problemOf } from '../testing/fake-config-host.ts';

describe('addresses', () => {
  it.each([
    [{}, { bindAddress: '0.0.0.0', advertiseAddress: '10.1.2.3', advertiseAddressWAN: '10.1.2.3' }],
    [{ bind_addr: '192.0.2.9' }, { bindAddress: '192.0.2.9', advertiseAddress: '192.0.2.9' }],
    [{ bind_addr: '[::]' }, { bindAddress: '::', advertiseAddress: '2a01::5' }],
    [{ bind_addr: '2001:DB8::0:1' }, { bindAddress: '2001:db8::1' }],
    [
      { advertise_addr: '1.2.3.4' },
      { advertiseAddress: '1.2.3.4', advertiseAddressWAN: '1.2.3.4' },
    ],
    [
      { advertise_addr_wan: '1.2.3.4' },
      { advertiseAddress: '10.1.2.3', advertiseAddressWAN: '1.2.3.4' },
    ],
    [{ bind_addr: '{{ GetPrivateIP }}' }, { bindAddress: '10.1.2.3' }],
    [{ bind_addr: '{{GetInterfaceIP "eth0"}}' }, { bindAddress: '10.1.2.3' }],
    [{ bind_addr: '{{ GetInterfaceIP `eth0` }}' }, { bindAddress: '10.1.2.3' }],
    [
      { client_addr: '127.0.0.1 {{ GetPrivateIP }} ::1' },
      { clientAddresses: ['127.0.0.1', '10.1.2.3', '::1'] },
    ],
    [
      { serf_lan: '10.1.1.1' },
      { gossipLAN: { bindAddress: '10.1.1.1' }, gossipWAN: { bindAddress: '0.0.0.0' } },
    ],
    [
      { retry_join: ['{{ GetPrivateIP }}', 'provider=aws tag_key=x'] },
      { gossipLAN: { retryJoin: ['10.1.2.3', 'provider=aws tag_key=x'] } },
    ],
  ])('%j', (config, expected) => {
    expect(loadObject(config)).toMatchObject(expected);
  });

  it('finds the public address', () => {
    const interfaces = [
      ...ONE_INTERFACE,
      { interfaceName: 'eth1', address: '8.8.4.4', family: 4, loopback: false } as const,
    ];
    const { config } = load({
      args: ['-advertise={{ GetPublicIPs }}'],
      interfaces: interfaces.filter(({ family }) => family === 4),
    });
    expect(config.advertiseAddress).toBe('8.8.4.4');
  });

  it('takes loopback on a host that has nothing else', () => {
    expect(load({ interfaces: ONE_INTERFACE.slice(0, 2) }).config.advertiseAddress).toBe(
      '127.0.0.1',
    );
  });

  it('tags the addresses for the catalog', () => {
    const config = loadObject({
      advertise_addr_ipv6: '2a01::7',
      advertise_addr_wan: '1.2.3.4',
      tagged_addresses: { mine: 'x', lan: 'no' },
    });
    expect(config.taggedAddresses).toEqual({
      mine: 'x',
      lan: '10.1.2.3',
      lan_ipv4: '10.1.2.3',
      lan_ipv6: '2a01::7',
      wan: '1.2.3.4',
      wan_ipv4: '1.2.3.4',
    });
  });
});

describe('mistakes', () => {
  it.each([
    [{ bind_addr: 'x' }, 'a.json:1:14: bind_addr: invalid ip address: x'],
    [{ bind_addr: '' }, 'a.json:1:14: bind_addr: bind_addr cannot be empty'],
    [
      { bind_addr: '{{ GetInterfaceIP "eth7" }}' },
      'a.json:1:14: bind_addr: bind_addr cannot be empty',
    ],
    [
      { bind_addr: '1.2.3.4 5.6.7.8' },
      "bind_addr cannot contain multiple addresses. Use 'addresses.{dns,http,https}' instead.",
    ],
    [{ bind_addr: 'unix:///x' }, 'bind_addr cannot be a unix socket'],
    [
      { bind_addr: '{{ GetPrivate }}' },
      'a.json:1:14: bind_addr: the template {{ GetPrivate }} cannot be evaluated: function "GetPrivate" not defined',
    ],
    [
      { advertise_addr: '0.0.0.0' },
      'advertise_addr: Advertise address cannot be 0.0.0.0, :: or [::]',
    ],
    [
      { advertise_addr_wan: '::' },
      'advertise_addr_wan: Advertise WAN address cannot be 0.0.0.0, :: or [::]',
    ],
    [
      { advertise_addr: '1.2.3.4 5.6.7.8' },
      'advertise_addr: multiple addresses found: 1.2.3.4 5.6.7.8',
    ],
    [{ advertise_addr_ipv4: '::1' }, 'advertise_addr_ipv4 must be an ipv4 address'],
    [{ advertise_addr_wan_ipv6: '1.2.3.4' }, 'advertise_addr_wan_ipv6 must be an ipv6 address'],
    [{ client_addr: 'unix:///x' }, 'client_addr: client_addr cannot be a unix socket'],
    [{ client_addr: 'localhost' }, 'client_addr: invalid ip address: localhost'],
    [{ addresses: { dns: 'unix:///x' } }, 'addresses.dns: DNS address cannot be a unix socket'],
    [{ recursors: ['0.0.0.0'] }, 'DNS recursor address cannot be 0.0.0.0, :: or [::]'],
    [
      { serf_lan_allowed_cidrs: ['10.0.0.0/33'] },
      'serf_lan_allowed_cidrs: invalid cidr: 10.0.0.0/33',
    ],
    [
      { http_config: { allow_write_http_from: ['x'] } },
      'http_config.allow_write_http_from: invalid cidr: x',
    ],
  ])('%j', (config, problem) => {
    expect(problemOf(config)).toContain(problem);
  });

  it('an address that cannot be chosen is asked for', () => {
    const two = [
      ...ONE_INTERFACE,
      { interfaceName: 'docker0', address: '172.17.0.1', family: 4, loopback: false } as const,
    ];
    expect(problemOf({}, two)).toBe(
      "configuration: bind_addr: Multiple private IPv4 addresses found. Please configure one with 'bind' and/or 'advertise'. (10.1.2.3, 172.17.0.1)",
    );
    expect(problemOf({ bind_addr: '::' }, ONE_INTERFACE.slice(0, 3))).toContain(
      'No public IPv6 address found',
    );
  });
});

describe('ports and listeners', () => {
  it.each([
    [{ ports: { http: 70_000 } }, 'a.json:1:18: ports.http: invalid port: 70000'],
    [{ ports: { server: 0 } }, 'server-port must be greater than zero'],
    [{ ports: { serf_lan: -1 } }, 'serf-lan-port must be greater than zero'],
    [
      { ports: { proxy_min_port: 30_000 } },
      'proxy_min_port must be less than proxy_max_port. To disable, set both to zero.',
    ],
    [{ ports: { http: 8600 } }, 'HTTP address 127.0.0.1:8600 already configured for DNS'],
    [
      { ports: { serf_lan: 8300 } },
      'Serf Advertise LAN address 10.1.2.3:8300 already configured for RPC Advertise',
    ],
  ])('%j', (config, problem) => {
    expect(problemOf(config)).toContain(problem);
  });

  it('are disabled by zero and below', () => {
    const config = loadObject({ ports: { dns: -1, http: 0, serf_wan: -1 } });
    expect(config.ports).toMatchObject({ dns: -1, http: -1 });
    expect(config.listeners).toMatchObject({ dns: [], http: [] });
    expect(config.gossipWAN).toBeUndefined();
  });

  it('stand at their own addresses, else at the client addresses', () => {
    const config = loadObject({
      client_addr: '127.0.0.1 ::1',
      addresses: { http: 'unix:///run/c.sock 10.1.2.3' },
    });
    expect(config.listeners).toMatchObject({
      http: [
        { kind: 'unix', path: '/run/c.sock' },
        { kind: 'tcp', host: '10.1.2.3', port: 8500 },
      ],
      dns: [
        { kind: 'tcp', host: '127.0.0.1', port: 8600 },
        { kind: 'tcp', host: '::1', port: 8600 },
      ],
      https: [],
    });
  });
});
