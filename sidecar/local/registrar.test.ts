import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import { ConfigDefinitions } from './config-definitions.ts';
import { CriticalReaper } from './critical-reaper.ts';
import { LocalState } from './local-state.ts';
import { Maintenance } from './maintenance.ts';
import { Registrar } from './registrar.ts';
import { FileStateDirectory, noStateDirectory } from './state-directory.ts';
import { FakeKinds, testClock, testLog } from './testing.ts';
import type { StateDirectory } from './state-directory.ts';

const API = { source: 'api', token: '' } as const;

function setUp(directory: StateDirectory = noStateDirectory) {
  const state = new LocalState(() => Date.now());
  const kinds = new FakeKinds();
  const registrar = new Registrar({
    state,
    kinds,
    directory,
    node: 'n1',
    now: Date.now,
    log: testLog,
  });
  return { state, kinds, registrar, config: new ConfigDefinitions(state, registrar) };
}

describe('services', () => {
  it('fills in defaults', async () => {
    const { registrar, state } = setUp();
    await registrar.registerService({ Name: 'min' }, API);
    expect(state.service('min')!.service).toEqual({
      ID: 'min',
      Service: 'min',
      Tags: [],
      Address: '',
      Meta: null,
      Port: 0,
      Weights: { Passing: 1, Warning: 1 },
      EnableTagOverride: false,
      Proxy: { Mode: '', MeshGateway: {}, Expose: {} },
      Connect: {},
      PeerName: '',
    });
  });

  it.each([
    [undefined, 'no programs'],
    ['ingress-gateway', 'error updating service registration: no programs'],
  ] as const)('a program that may not run, of kind %s: %s', async (Kind, message) => {
    const { registrar, kinds, state } = setUp();
    vi.spyOn(kinds, 'authorize').mockImplementation(() => {
      throw new RPCError('invalid', 'no programs');
    });
    const definition = { Name: 'a', Check: { TTL: '1s' }, ...(Kind && { Kind }) };
    await expect(registrar.registerService(definition, API)).rejects.toMatchObject({ message });
    expect(state.services()).toEqual([]);
  });

  it.each([
    ['10.7.0.1', ['lan_ipv4', 'wan_ipv4']],
    ['fe80::1', ['lan_ipv6', 'wan_ipv6']],
    ['example.com', undefined],
  ])('address %s gives tagged addresses %o', async (address, names) => {
    const { registrar, state } = setUp();
    await registrar.registerService({ Name: 'a', Address: address, Port: 5 }, API);
    const tagged = state.service('a')!.service.TaggedAddresses;
    expect(tagged && Object.keys(tagged)).toEqual(names);
  });

  it.each<[ServiceDefinition, string]>([
    [{ Name: '' }, 'Missing service name'],
    [{ Name: 'x', Address: '0.0.0.0' }, 'Invalid service address'],
    [{ Name: 'x', Address: '[::]' }, 'Invalid service address'],
    [
      { Name: 'x', Weights: { Passing: 0, Warning: 1 } },
      'Invalid Weights: Passing must be greater than 0',
    ],
    [
      { Name: 'x', Weights: { Passing: 70_000, Warning: 1 } },
      'Invalid Weights: DNS Weight must be between 0 and 65535',
    ],
    [
      { Name: 'x', Meta: { 'bad key!': 'x' } },
      "Invalid Service Meta: Couldn't load metadata pair ('bad key!', 'x'): Key contains invalid characters",
    ],
    [
      { Name: 'x', Kind: 'connect-proxy', Port: 1 },
      'Validation failed: 1 error occurred:\n\t* Proxy.DestinationServiceName must be non-empty for Connect proxy services\n\n',
    ],
    [
      { Name: 'x', Kind: 'mesh-gateway', Port: 1, Connect: { SidecarService: {} } },
      'Validation failed: 1 error occurred:\n\t* A mesh-gateway cannot have a sidecar service defined\n\n',
    ],
    [
      { Name: 'x', Kind: 'mesh-gateway' },
      'Validation failed: 1 error occurred:\n\t* Port must be non-zero for a mesh-gateway\n\n',
    ],
    [
      { Name: 'x', Connect: { Native: true } },
      'Validation failed: 1 error occurred:\n\t* Port or SocketPath must be set for a Connect native service.\n\n',
    ],
    [{ Name: 'x', Check: { TTL: '0s' } }, 'Invalid check: TTL must be > 0 for TTL checks'],
    [
      { Name: 'x', Check: { TTL: '1h', Status: 'fine' as never } },
      "Status for checks must 'passing', 'warning', 'critical'",
    ],
    [
      { Name: 'x', Port: 1, Connect: { SidecarService: { Checks: [{ TTL: '0s' }] } } },
      'Invalid check in sidecar_service: TTL must be > 0 for TTL checks',
    ],
    [
      { Name: 'a', TaggedAddresses: { lan_ipv4: { Address: '::1', Port: 1 } } },
      'Service tagged address "lan_ipv4" must be a valid ipv4 address',
    ],
    [
      { Name: 'a', TaggedAddresses: { lan_ipv6: { Address: '10.0.0.1', Port: 1 } } },
      'Service tagged address "lan_ipv6" must be a valid ipv6 address',
    ],
    [
      { Name: 'a', TaggedAddresses: { lan_ipv6: { Address: '::ffff:10.0.0.1', Port: 1 } } },
      'Service tagged address "lan_ipv6" must be a valid ipv6 address',
    ],
    [
      { Name: 'a', Port: 1, Connect: { SidecarService: { Meta: { 'a b': 'x' } } } },
      "Invalid SidecarService: Couldn't load metadata pair ('a b', 'x'): Key contains invalid characters",
    ],
    [
      { Name: 'a', Connect: { SidecarService: { Kind: 'mesh-gateway', Proxy: {} } } },
      'Failed Validation: 4 errors occurred:\n\t* Port must be non-zero for a mesh-gateway\n' +
        '\t* The Proxy.DestinationServiceName configuration is invalid for a mesh-gateway\n' +
        '\t* The Proxy.DestinationServiceID configuration is invalid for a mesh-gateway\n',
    ],
  ])('%o is refused', async (definition, message) => {
    const { registrar, state } = setUp();
    await expect(registrar.registerService(definition, API)).rejects.toThrow(message);
    expect(state.services()).toEqual([]);
    expect(state.checks()).toEqual([]);
  });

  it('what a file says of an address and of a check is taken as it is', async () => {
    const { registrar, state } = setUp();
    const fromFile = { ...API, source: 'config' } as const;
    await registrar.registerService({ Name: 'any', Address: '0.0.0.0' }, fromFile);
    await registrar.registerCheck({ ID: 'nameless', TTL: '1h' }, fromFile);
    expect(state.service('any')?.service.Address).toBe('0.0.0.0');
    expect(state.check('nameless')?.check).toMatchObject({ Name: 'nameless', Type: '' });
    await expect(registrar.registerCheck({ TTL: '1h' }, fromFile)).rejects.toThrow(
      'Missing check name',
    );
  });

  it('names checks after their service', async () => {
    const { registrar, state } = setUp();
    const checks = [{ TTL: '1h' }, { TCP: 'x:1', Interval: '90s', Timeout: '100ms' }];
    await registrar.registerService({ ID: 'i', Name: 'web', Tags: ['t'], Checks: checks }, API);
    await registrar.registerService({ ID: 'j', Name: 'web', Check: { TTL: '1h' } }, API);
    expect(state.checks().map(({ check }) => check.CheckID)).toEqual([
      'service:i:1',
      'service:i:2',
      'service:j',
    ]);
    expect(state.check('service:i:2')!.check).toMatchObject({
      Name: "Service 'web' check",
      Status: 'critical',
      ServiceID: 'i',
      ServiceName: 'web',
      ServiceTags: ['t'],
      Type: 'tcp',
      Interval: '1m30s',
      Timeout: '100ms',
    });
  });

  it('keeps checks and their state when it is registered again, unless they are replaced', async () => {
    const { registrar, state, kinds } = setUp();
    const ids = () => state.checks().map(({ check }) => `${check.CheckID}=${check.Status}`);
    await registrar.registerService({ Name: 'web', Check: { ID: 'a', TTL: '1h' } }, API);
    registrar.reportTTL('a', 'passing', 'fine');
    await registrar.registerService(
      { Name: 'web', Tags: ['new'], Check: { ID: 'a', TTL: '2h', Status: 'critical' } },
      API,
    );
    await registrar.registerService(
      { Name: 'web', Tags: ['new'], Check: { ID: 'b', TTL: '1h' } },
      API,
    );
    expect(ids()).toEqual(['a=passing', 'b=critical']);
    expect(state.check('a')!.check.ServiceTags).toEqual(['new']);
    expect(state.check('b')!.check.ServiceTags).toEqual(['new']);
    const definition = { Name: 'web', Check: { ID: 'c', TTL: '1h' } };
    await registrar.registerService(definition, { ...API, replaceExistingChecks: true });
    expect(ids()).toEqual(['c=critical']);
    expect(kinds.runningIDs()).toEqual(['c']);
  });

  it('lets an equal periodic check run on, and renews a TTL', async () => {
    const { registrar, kinds } = setUp();
    const checks: CheckDefinition[] = [{ TCP: 'x:1', Interval: '1m' }, { TTL: '1m' }];
    for (let i = 0; i < 3; i++)
      await registrar.registerService({ Name: 'web', Checks: checks }, API);
    expect(kinds.runners.map(({ request }) => request.checkID)).toEqual([
      'service:web:1',
      'service:web:2',
      'service:web:2',
      'service:web:2',
    ]);
    expect(kinds.runningIDs()).toEqual(['service:web:1', 'service:web:2']);
  });

  it.each([
    ['lan_ipv4', '::ffff:10.0.0.1'],
    ['wan_ipv6', '10.0.0.1'],
    ['wan_ipv6', 'a.host'],
    ['virtual', 'a.host'],
  ])('takes %s %s', async (tag, Address) => {
    const { registrar, state } = setUp();
    const TaggedAddresses = { [tag]: { Address, Port: 1 } };
    await registrar.registerService({ Name: 'a', TaggedAddresses }, API);
    expect(state.service('a')!.service.TaggedAddresses).toEqual(TaggedAddresses);
  });

  it.each<[Partial<ServiceDefinition>, object]>([
    [{ Port: -1 }, { Port: 21_000 }],
    [{ Weights: { Passing: 0, Warning: 3 } }, { Weights: { Passing: 1, Warning: 3 } }],
    [{ Weights: { Passing: -1 } as never }, { Weights: { Passing: 1, Warning: 0 } }],
  ])('a sidecar with %o is mended', async (SidecarService, expected) => {
    const { registrar, state } = setUp();
    await registrar.registerService({ Name: 's', Port: 1, Connect: { SidecarService } }, API);
    expect(state.service('s-sidecar-proxy')!.service).toMatchObject(expected);
  });

  it('brings a sidecar and takes it away again', async () => {
    const { registrar, state } = setUp();
    const definition = { ID: 's-1', Name: 's', Port: 81, Tags: ['t'], Meta: { m: '1' } };
    const Connect = { SidecarService: {} };
    await registrar.registerService({ ...definition, Connect }, API);
    await registrar.registerService({ Name: 'other', Port: 82, Connect }, API);
    await registrar.registerService({ ...definition, Connect }, API);
    expect(state.service('s-1-sidecar-proxy')!.service).toMatchObject({
      Kind: 'connect-proxy',
      Service: 's-sidecar-proxy',
      Port: 21_000,
      Tags: ['t'],
      Meta: { m: '1' },
      Proxy: {
        DestinationServiceID: 's-1',
        DestinationServiceName: 's',
        LocalServiceAddress: '127.0.0.1',
        LocalServicePort: 81,
      },
    });
    expect(state.service('other-sidecar-proxy')!.service.Port).toBe(21_001);
    expect(state.checksOf('s-1-sidecar-proxy').map(({ check }) => check.Name)).toEqual([
      'Connect Sidecar Listening',
      'Connect Sidecar Aliasing s-1',
    ]);
    await registrar.deregisterService('s-1');
    expect(state.services().map(({ service }) => service.ID)).toEqual([
      'other',
      'other-sidecar-proxy',
    ]);
    expect(state.checks()).toHaveLength(2);
  });

  it('refuses to remove what is not there', async () => {
    const { registrar } = setUp();
    await expect(registrar.deregisterService('x')).rejects.toMatchObject({ code: 'not-found' });
    await expect(registrar.deregisterCheck('x')).rejects.toMatchObject({ code: 'not-found' });
    expect(() => registrar.reportTTL('x', 'passing', '')).toThrow('Unknown check ID "x"');
  });
});

describe('checks', () => {
  it.each<[CheckDefinition, string]>([
    [{ ID: 'x', TTL: '1h' }, 'Missing check name'],
    [{ Name: 'x', TTL: '1h', Status: 'no' as never }, 'Bad check status'],
    [{ Name: 'x', TTL: '0s' }, 'Invalid check: TTL must be > 0 for TTL checks'],
    [{ Name: 'x', TTL: '1h', ServiceID: 'none' }, 'ServiceID "none" does not exist'],
  ])('%o is refused', async (definition, message) => {
    const { registrar, state } = setUp();
    await expect(registrar.registerCheck(definition, API)).rejects.toThrow(message);
    expect(state.checks()).toEqual([]);
  });

  it('belongs to its service and goes with it', async () => {
    const { registrar, state, kinds } = setUp();
    await registrar.registerService({ Name: 'web', Tags: ['t'] }, API);
    await registrar.registerCheck({ Name: 'c', TTL: '1h', ServiceID: 'web' }, API);
    expect(state.check('c')!.check).toMatchObject({
      ServiceName: 'web',
      ServiceTags: ['t'],
      Interval: '0s',
    });
    await registrar.deregisterService('web');
    expect(state.checks()).toEqual([]);
    expect(kinds.runningIDs()).toEqual([]);
  });

  it('takes reports for TTL checks only', async () => {
    const { registrar } = setUp();
    await registrar.registerCheck({ Name: 'tcp', TCP: 'x:1', Interval: '1h' }, API);
    expect(() => registrar.reportTTL('tcp', 'passing', '')).toThrow(
      'CheckID "tcp" does not have associated TTL',
    );
  });

  it('maintenance mode comes, keeps its first reason, and goes', async () => {
    const { registrar, state } = setUp();
    const maintenance = new Maintenance(state, registrar, 'n1');
    await registrar.registerService({ Name: 'web', Tags: ['a'] }, API);
    await maintenance.setNode(true, 'disk swap', '');
    await maintenance.setNode(true, 'again', '');
    await maintenance.setService('web', true, '', '');
    expect(state.check('_node_maintenance')!.check).toMatchObject({
      Notes: 'disk swap',
      Type: 'maintenance',
    });
    expect(state.check('_service_maintenance:web')!.check).toMatchObject({
      Status: 'critical',
      ServiceID: 'web',
      Notes:
        'Maintenance mode is enabled for this service, but no reason was provided. This is a default message.',
    });
    await maintenance.setNode(false, '', '');
    await maintenance.setNode(false, '', '');
    await maintenance.setService('web', false, '', '');
    expect(state.checks()).toEqual([]);
    await expect(maintenance.setService('none', true, '', '')).rejects.toThrow(
      'Unknown service ID',
    );
  });
});

describe('configuration', () => {
  const first = {
    services: [
      { Name: 'solo', Port: 80, Check: { ID: 'solo-ttl', TTL: '1h' } },
      { ID: 'm-1', Name: 'multi', Checks: [{ TTL: '1h' }, { TTL: '1h' }] },
    ],
    checks: [{ ID: 'of-solo', Name: 'of solo', ServiceID: 'solo', TTL: '1h' }],
  };

  it('a reload touches only what differs', async () => {
    const { config, registrar, state, kinds } = setUp();
    await config.apply(first, '');
    registrar.reportTTL('solo-ttl', 'warning', 'kept');
    await registrar.registerService({ Name: 'api' }, API);
    const runners = kinds.runners.length;
    await config.apply(structuredClone(first), '');
    expect(kinds.runners).toHaveLength(runners);
    await config.apply({ services: [{ ID: 'm-1', Name: 'multi', Port: 9 }], checks: [] }, '');
    expect(state.services().map(({ service }) => [service.ID, service.Port])).toEqual([
      ['m-1', 9],
      ['api', 0],
    ]);
    expect(state.checks()).toEqual([]);
    await config.apply(first, '');
    expect(state.checks()).toHaveLength(4);
  });

  it('brings back what the API removed', async () => {
    const { config, registrar, state } = setUp();
    await config.apply(first, '');
    await registrar.deregisterService('solo');
    await config.apply(first, '');
    expect(state.service('solo')).toBeDefined();
    expect(state.check('of-solo')).toBeDefined();
  });

  it.each([
    [
      { services: [{ Name: 'ok' }, { Name: 'bad', Check: { TTL: '0s' } }], checks: [] },
      'service "bad"',
    ],
    [{ services: [], checks: [{ Name: 'c', TTL: '1h', ServiceID: 'solo' }] }, 'check "c"'],
  ])('a bad definition changes nothing', async (definitions, message) => {
    const { config, state } = setUp();
    await config.apply(first, '');
    const before = [state.services(), state.checks()];
    await expect(config.apply(definitions, '')).rejects.toThrow(message);
    expect([state.services(), state.checks()]).toEqual(before);
  });
});

describe('what survives a restart', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lictor-local-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('registrations of the API, the reports of TTL checks, maintenance mode', async () => {
    const before = setUp(new FileStateDirectory(folder, testLog));
    const check = { ID: 'c', TTL: '1h' };
    await before.registrar.registerService({ Name: 'web', Token: 'secret', Check: check }, API);
    await before.config.apply({ services: [{ Name: 'file' }], checks: [] }, '');
    await new Maintenance(before.state, before.registrar, 'n1').setNode(true, 'why', '');
    before.registrar.reportTTL('c', 'passing', 'fine');
    await before.registrar.stop();

    const after = setUp(new FileStateDirectory(folder, testLog));
    await after.registrar.restore();
    expect(after.state.services()).toEqual([before.state.service('web')]);
    expect(after.state.check('c')).toEqual(before.state.check('c'));
    expect(after.state.check('_node_maintenance')!.check.Notes).toBe('why');
    expect(after.kinds.runners.map(({ request }) => request.lastOutput)).toEqual(['fine']);
    await after.registrar.deregisterService('web');
    await after.registrar.stop();
    const kept = new FileStateDirectory(folder, testLog);
    expect(await kept.services()).toEqual([]);
    expect(await kept.checks()).toHaveLength(1);
    expect(await kept.state('c')).toBeUndefined();
  });

  it('the configuration wins over an earlier registration', async () => {
    const before = setUp(new FileStateDirectory(folder, testLog));
    await before.registrar.registerService({ Name: 'web', Port: 1 }, API);
    await before.registrar.stop();
    const after = setUp(new FileStateDirectory(folder, testLog));
    await after.config.apply({ services: [{ Name: 'web', Port: 2 }], checks: [] }, '');
    await after.registrar.restore();
    expect(after.state.service('web')!.service.Port).toBe(2);
    await after.registrar.stop();
    expect(await new FileStateDirectory(folder, testLog).services()).toEqual([]);
  });

  it('a report that is too old does not count', async () => {
    const before = setUp(new FileStateDirectory(folder, testLog));
    await before.registrar.registerCheck({ Name: 'c', TTL: '1ms' }, API);
    before.registrar.reportTTL('c', 'passing', 'fine');
    await before.registrar.stop();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const after = setUp(new FileStateDirectory(folder, testLog));
    await after.registrar.restore();
    expect(after.state.check('c')!.check).toMatchObject({ Status: 'critical', Output: '' });
  });

  it('what an earlier version kept in files is taken over', async () => {
    const before = setUp();
    await before.registrar.registerService({ Name: 'web', Check: { ID: 'c', TTL: '1h' } }, API);
    const write = (name: string, value: unknown): void => {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'hash'), JSON.stringify(value));
    };
    write('services', { Service: before.state.service('web')!.service, Token: 'secret' });
    writeFileSync(join(folder, 'services', 'broken'), '{');
    writeFileSync(join(folder, 'services', 'half.tmp'), '{}');
    const { check, definition } = before.state.check('c')!;
    write('checks', { Check: check, Definition: definition, Token: '' });
    const ExpiresMs = Date.now() + 60_000;
    write(join('checks', 'state'), {
      CheckID: 'c',
      Status: 'passing',
      Output: 'fine',
      ExpiresMs,
    });
    for (const run of ['first', 'second']) {
      const after = setUp(new FileStateDirectory(folder, testLog));
      await after.registrar.restore();
      await after.registrar.stop();
      expect([run, after.state.service('web')!.token]).toEqual([run, 'secret']);
      expect(after.state.check('c')!.check).toMatchObject({ Status: 'passing', Output: 'fine' });
      expect(readdirSync(folder)).toEqual(['local-state.jsonl']);
    }
  });

  it('a disk that cannot be written refuses the registration whole', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'a file where the folder should be');
    const { registrar, state, kinds } = setUp(new FileStateDirectory(join(file, 'x'), testLog));
    const definition = { Name: 'web', Check: { ID: 'c', TTL: '1h' } };
    await expect(registrar.registerService(definition, API)).rejects.toThrow('ENOTDIR');
    await expect(registrar.registerCheck({ Name: 'd', TTL: '1h' }, API)).rejects.toThrow('ENOTDIR');
    expect([state.services(), state.checks(), kinds.runningIDs()]).toEqual([[], [], []]);
  });

  it('a disk that fails later leaves what was registered before, its checks running', async () => {
    let isFull = false;
    const saveService = async (): Promise<void> => {
      if (isFull) throw new Error('the disk is full');
    };
    const { registrar, state, kinds } = setUp({ ...noStateDirectory, saveService });
    const checks = [{ ID: 'a', TCP: 'x:1', Interval: '1m', Status: 'passing' as const }];
    await registrar.registerService({ Name: 'web', Port: 1, Checks: checks }, API);
    const before = [state.services(), state.check('a')];
    isFull = true;
    const next = { Name: 'web', Port: 2, Check: { ID: 'b', TTL: '1h' } };
    const replacing = { ...API, replaceExistingChecks: true };
    await expect(registrar.registerService(next, replacing)).rejects.toThrow('the disk is full');
    expect([state.services(), state.check('a')]).toEqual(before);
    expect(kinds.runningIDs()).toEqual(['a']);
  });

  it('a registration is in the local state while the disk is written, and acknowledged after it', async () => {
    const gate = Promise.withResolvers<void>();
    const { registrar, state } = setUp({ ...noStateDirectory, saveService: () => gate.promise });
    let isDone = false;
    const registered = registrar.registerService({ Name: 'web' }, API).then(() => (isDone = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([state.services().length, isDone]).toEqual([1, false]);
    gate.resolve();
    await registered;
  });
});

describe('registrations that come together', () => {
  /** Its writes of services end when the test says so. */
  function slowDirectory(): { directory: StateDirectory; writing: string[]; release: () => void } {
    const writing: string[] = [];
    const gate = Promise.withResolvers<void>();
    const saveService: StateDirectory['saveService'] = async ({ Service }) => {
      writing.push(Service.ID);
      await gate.promise;
    };
    return { directory: { ...noStateDirectory, saveService }, writing, release: gate.resolve };
  }

  it('wait for the disk together; those of one service, and a sidecar, in their order', async () => {
    const { directory, writing, release } = slowDirectory();
    const { registrar, state } = setUp(directory);
    const services = ['a', 'b', 'c', 'a'].map((Name, Port) =>
      registrar.registerService({ Name, Port, Check: { TTL: '1h' } }, API),
    );
    const sidecar = { Name: 'd', Port: 9, Connect: { SidecarService: {} } };
    services.push(registrar.registerService(sidecar as ServiceDefinition, API));
    await new Promise((resolve) => setImmediate(resolve));
    expect(writing).toEqual(['a', 'b', 'c']);
    release();
    await Promise.all(services);
    expect(writing).toEqual(['a', 'b', 'c', 'a', 'd', 'd-sidecar-proxy']);
    expect(state.service('a')!.service.Port).toBe(3);
  });
});

describe('services that stay critical', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('go after their time, a minute at least; those that recover stay', async () => {
    const { registrar, state } = setUp();
    const deregister = (id: string) => registrar.deregisterService(id);
    const reaper = new CriticalReaper({ state, clock: testClock, log: testLog, deregister });
    reaper.start();
    const service = (name: string, after: string) =>
      registrar.registerService(
        { Name: name, Check: { ID: name, TTL: '1h', DeregisterCriticalServiceAfter: after } },
        API,
      );
    const names = () => state.services().map((entry) => entry.service.ID);
    await service('short', '1s');
    await service('long', '10m');
    await service('recovers', '1m');
    await vi.advanceTimersByTimeAsync(30_000);
    registrar.reportTTL('recovers', 'passing', '');
    await vi.advanceTimersByTimeAsync(29_999);
    expect(names()).toEqual(['short', 'long', 'recovers']);
    await vi.advanceTimersByTimeAsync(1);
    expect(names()).toEqual(['long', 'recovers']);
    registrar.reportTTL('recovers', 'critical', '');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(names()).toEqual(['long']);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(names()).toEqual([]);
    reaper.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
