/** The catalog as a whole, for the web interface (Consul: agent/consul/internal_endpoint.go, NodeDump and ServiceDump). */
import type { SQL } from '../db/storage.ts';
import type { Visibility } from './catalog-instances.ts';
import { foldName } from './catalog-topics.ts';
import { checkRowsOfNode, renderCheck } from './checks-rows.ts';
import { type GatewayLinks, linksOfGateways } from './gateway-links.ts';
import { listHealthyOrNot } from './health-read.ts';
import { joinItems, renderRows } from './list-rows.ts';
import { NARROWER } from './list-size.ts';
import { ListText } from './list-text.ts';
import { type NodeRow, findNodeRow, nodeRows } from './nodes-rows.ts';
import { nullIfEmpty, renderNodeService, serviceRowsOfNode } from './services-rows.ts';

/** @param name of one node; without it all */
export function dumpNodes(sql: SQL, name: string | undefined, sees: Visibility): string {
  const rows = name === undefined ? nodeRows(sql) : [findNodeRow(sql, name)];
  const list = new ListText('ask for one node, /v1/internal/ui/node/NAME');
  for (const row of rows)
    if (row !== undefined && sees.nodeRead(row.name)) list.add(renderNodeInfo(sql, row, sees));
  return list.render() || '[]';
}

function renderNodeInfo(sql: SQL, row: NodeRow, sees: Visibility): string {
  const services = serviceRowsOfNode(sql, row.key).filter(({ name }) => sees.serviceRead(name));
  const checks = checkRowsOfNode(sql, row.key).filter(
    (check) => check.service_name === '' || sees.serviceRead(check.service_name),
  );
  const shownServices = services.map((service) =>
    renderNodeService({ ...service, tags: nullIfEmpty(service.tags) }),
  );
  const shownChecks = checks.map((check) =>
    renderCheck({ ...check, service_tags: nullIfEmpty(check.service_tags) }, row.name),
  );
  return (
    `{"ID":${JSON.stringify(row.id)},"Node":${JSON.stringify(row.name)},"Address":${JSON.stringify(row.address)}` +
    `,"TaggedAddresses":${row.tagged_addresses ?? 'null'},"Meta":${row.meta ?? 'null'}` +
    `,"Services":${joinItems(shownServices)}` +
    `,"Checks":${joinItems(shownChecks)}}`
  );
}

export function dumpServices(sql: SQL, datacenter: string, sees: Visibility): string {
  const nodes = renderRows(
    listHealthyOrNot(sql, datacenter, { service: '' }, {}, sees),
    NARROWER.instances,
  );
  const gateways = linksOfGateways(sql).filter(({ name }) => sees.serviceRead(name));
  return `{"Nodes":${nodes},"Gateways":${joinItems(gateways.flatMap((links) => visibleLinks(links, sees)))}}`;
}

function visibleLinks({ links }: GatewayLinks, sees: Visibility): string[] {
  return links.filter(({ service }) => sees.serviceRead(service)).map(({ json }) => json);
}

/** Instances of the services behind a gateway, and the links, of which some have no instance. */
export function dumpGateway(
  sql: SQL,
  datacenter: string,
  gateway: string,
  sees: Visibility,
): string {
  const found = linksOfGateways(sql).filter(
    ({ name }) => foldName(name) === foldName(gateway) && sees.serviceRead(name),
  );
  const links = found.flatMap((each) =>
    each.links.filter(({ service }) => sees.serviceRead(service)),
  );
  const nodes = [...new Set(links.map(({ service }) => service))].flatMap((service) => [
    ...listHealthyOrNot(sql, datacenter, { service }, {}, sees),
  ]);
  return `{"Nodes":${renderRows(nodes, NARROWER.gateway)},"Gateways":${joinItems(links.map(({ json }) => json))}}`;
}
