/** What configuration entries make of the catalog: services behind gateways, services for other datacenters, addresses. */
import { invalid } from '../../protocol/errors.ts';
import { findEntryRow } from '../state/config-entries.ts';
import { exportedServices } from '../state/exported-services.ts';
import { type LinkingKind, linksOf } from '../state/gateway-links.ts';
import { assignManualVirtualIPsTxn } from '../state/manual-virtual-ip.ts';
import { joinItems } from '../state/list-rows.ts';
import { topicIndex } from '../state/topic-index.ts';
import { EXPORTED_SERVICES, gatewayServicesTopic } from '../watch/topics.ts';
import { type ReadEndpoints, type WriteEndpoints, topicRead } from './endpoint.ts';

/** An ingress and a terminating gateway never have one name. */
const KINDS: readonly LinkingKind[] = ['ingress-gateway', 'terminating-gateway'];

export const gatewayReads: ReadEndpoints<'catalog.gateway-services' | 'exported-services.list'> = {
  'catalog.gateway-services': topicRead(
    'catalog.gateway-services',
    ({ gateway }) => [gatewayServicesTopic(gateway)],
    ({ sql }, { gateway }, authorizer) => {
      authorizer.require('service', 'read', gateway);
      const row = KINDS.map((kind) => findEntryRow(sql, kind, gateway)).find(Boolean);
      if (row === undefined) return '[]';
      const modifyIndex = topicIndex(sql, gatewayServicesTopic(gateway));
      const indexes = `"CreateIndex":${row.create_index},"ModifyIndex":${modifyIndex}}`;
      return joinItems(
        linksOf(sql, row)
          .links.filter(({ service }) => authorizer.serviceRead(service))
          .map(({ json }) => `${json.slice(0, -1)},${indexes}`),
      );
    },
  ),
  'exported-services.list': topicRead(
    'exported-services.list',
    () => [EXPORTED_SERVICES],
    ({ sql }, _args, authorizer) => {
      authorizer.require('mesh', 'read');
      return JSON.stringify(exportedServices(sql, authorizer));
    },
  ),
};

/** As Consul: a proxy's listener has an address for each. */
const MAX_MANUAL_ADDRESSES = 8;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/;

export const gatewayWrites: WriteEndpoints<'virtual-ip.assign'> = {
  'virtual-ip.assign': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      if (args.addresses.length > MAX_MANUAL_ADDRESSES) {
        throw invalid(
          `cannot associate more than ${MAX_MANUAL_ADDRESSES} manual virtual IPs with the same service`,
        );
      }
      const bad = args.addresses.find((address) => !IPV4.test(address));
      if (bad !== undefined) throw invalid(`${JSON.stringify(bad)} is not a valid IPv4 address`);
      authorizer.meshWrite();
      return args;
    },
    apply(tx, { service, addresses }) {
      const { isFound, unassignedFrom } = assignManualVirtualIPsTxn(tx, service, addresses);
      const losers = unassignedFrom.map((Name) => ({ ServiceName: { Name }, Peer: '' }));
      return JSON.stringify({
        Found: isFound,
        UnassignedFrom: losers.length === 0 ? null : losers,
      });
    },
  },
};
