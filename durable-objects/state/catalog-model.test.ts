/**
 * Random registrations and removals against a naive model of the catalog: a service's index moves
 * exactly when something that a reader of that service can see has changed.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import type { DeregisterRequest, RegisterRequest } from '../../protocol/types/catalog.ts';
import { CatalogFixture } from '../testing/catalog-fixture.ts';

const NODES = ['n1', 'n2', 'N3'];
const SERVICES = ['web', 'db', 'App'];
const IDS = ['a', 'b', 'C'];
const CHECKS = ['k1', 'K2'];

interface ModelCheck {
  status: string;
  serviceID: string;
  serviceName: string;
}

interface ModelNode {
  address: string;
  services: Map<string, { name: string; port: number }>;
  checks: Map<string, ModelCheck>;
}

class Model {
  readonly nodes = new Map<string, ModelNode>();

  /** @returns false when the registration must be refused */
  register(request: RegisterRequest): boolean {
    const known = this.nodes.get(request.Node);
    const checkOf = request.Check?.ServiceID ?? '';
    if (checkOf !== '' && request.Service?.ID !== checkOf && !known?.services.has(checkOf))
      return false;
    const node = known ?? { address: '', services: new Map(), checks: new Map() };
    this.nodes.set(request.Node, node);
    if (known === undefined || !request.SkipNodeUpdate) node.address = request.Address ?? '';
    if (request.Service) {
      node.services.set(request.Service.ID!, {
        name: request.Service.Service!,
        port: request.Service.Port!,
      });
    }
    if (request.Check) {
      const serviceName = checkOf === '' ? '' : node.services.get(checkOf)!.name;
      node.checks.set(request.Check.CheckID!, {
        status: request.Check.Status!,
        serviceID: checkOf,
        serviceName,
      });
    }
    return true;
  }

  deregister({ Node, ServiceID, CheckID }: DeregisterRequest): void {
    const node = this.nodes.get(Node);
    if (node === undefined) return;
    if (ServiceID) {
      if (!node.services.delete(ServiceID)) return;
      for (const [id, check] of node.checks)
        if (check.serviceID === ServiceID) node.checks.delete(id);
    } else if (CheckID) node.checks.delete(CheckID);
    else this.nodes.delete(Node);
  }

  /** Everything that a reader of the service sees. */
  view(service: string): string {
    const seen: unknown[] = [];
    for (const [name, node] of [...this.nodes].toSorted()) {
      for (const [id, instance] of [...node.services].toSorted()) {
        if (instance.name !== service) continue;
        const checks = [...node.checks]
          .filter(([, c]) => c.serviceID === '' || c.serviceID === id)
          .toSorted();
        seen.push([name, node.address, id, instance, checks]);
      }
    }
    return JSON.stringify(seen);
  }
}

const nodeName = fc.constantFrom(...NODES);
const service = fc.record({
  ID: fc.constantFrom(...IDS),
  Service: fc.constantFrom(...SERVICES),
  Port: fc.constantFrom(1, 2),
});
const check = fc
  .record({
    CheckID: fc.constantFrom(...CHECKS),
    Status: fc.constantFrom('passing' as const, 'critical' as const),
    ServiceID: fc.constantFrom('', '', ...IDS),
  })
  .map((fields) => ({ ...fields, Name: fields.CheckID }));
const registration = fc.record(
  {
    Node: nodeName,
    Address: fc.constantFrom('10.0.0.1', '10.0.0.2'),
    SkipNodeUpdate: fc.boolean(),
    Service: service,
    Check: check,
  },
  { requiredKeys: ['Node', 'Address'] },
);
const removal = fc.record(
  { Node: nodeName, ServiceID: fc.constantFrom(...IDS), CheckID: fc.constantFrom(...CHECKS) },
  { requiredKeys: ['Node'] },
);
const operation = fc.oneof(
  { weight: 3, arbitrary: registration.map((request) => ({ kind: 'register' as const, request })) },
  { weight: 1, arbitrary: removal.map((request) => ({ kind: 'deregister' as const, request })) },
);
type Operation =
  | { kind: 'register'; request: RegisterRequest }
  | { kind: 'deregister'; request: DeregisterRequest };

/** @returns the index after the operation; a refused one leaves the last */
function run(catalog: CatalogFixture, model: Model, { kind, request }: Operation): number {
  if (kind === 'deregister') {
    model.deregister(request);
    return catalog.deregister(request);
  }
  if (model.register(request)) return catalog.register(request);
  expect(() => catalog.register(request)).toThrow(RPCError);
  return catalog.writer.lastIndex;
}

it('moves the index of a service exactly when its readers would see a difference', () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 40 }), (operations) => {
      const catalog = new CatalogFixture();
      const model = new Model();
      const expected = new Map(
        SERVICES.map((name) => [name, { view: model.view(name), index: 1 }]),
      );
      for (const step of operations) {
        catalog.takeTopics();
        const index = run(catalog, model, step);
        const touched = new Set(catalog.takeTopics());
        for (const [name, last] of expected) {
          const view = model.view(name);
          const changed = view !== last.view;
          if (changed) expected.set(name, { view, index });
          expect(catalog.indexOf('health.service', { service: name })).toBe(
            changed ? index : last.index,
          );
          // The same fact as a watcher meets it: woken if and only if the answer differs.
          const wakes = catalog
            .topicsOf('health.service', { service: name })
            .some((topic) => touched.has(topic));
          expect(wakes).toBe(changed);
        }
      }
    }),
    { numRuns: 60 },
  );
});
