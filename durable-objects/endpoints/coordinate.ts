/** Network coordinates (Consul: agent/consul/coordinate_endpoint.go). */
import { COORDINATE_DIMENSIONS, ORIGIN, isFiniteCoordinate } from '../../protocol/coordinate.ts';
import { badRequest, invalid } from '../../protocol/errors.ts';
import type {
  Coordinate,
  CoordinateEntry,
  DatacenterMap,
} from '../../protocol/types/coordinate.ts';
import type { SQL } from '../db/storage.ts';
import {
  coordinatesOf,
  listCoordinates,
  readNodeCoordinates,
  setCoordinateTxn,
} from '../state/coordinates.ts';
import { groupRows, renderRows } from '../state/list-rows.ts';
import { NARROWER } from '../state/list-size.ts';
import { findInstances } from '../state/catalog-instances.ts';
import { COORDINATES, type Topic, coordinateTopic, serviceTopic } from '../watch/topics.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import { type ReadEndpoints, type WriteEndpoints, topicRead } from './endpoint.ts';

/** Under this name agents that are servers stand in the catalog. */
const SERVER_SERVICE = 'consul';

export const coordinateReads: ReadEndpoints<
  'coordinate.node' | 'coordinate.nodes' | 'coordinate.datacenters'
> = {
  'coordinate.node': {
    kind: 'read',
    topics: ({ node }) => [coordinateTopic(node)],
    read({ sql }, { node }, authorizer) {
      authorizer.require('node', 'read', node);
      return readNodeCoordinates(sql, node);
    },
  },
  'coordinate.nodes': {
    ...topicRead(
      'coordinate.nodes',
      () => [COORDINATES],
      ({ sql }, _args, authorizer) =>
        renderRows(
          listCoordinates(sql, (node) => authorizer.nodeRead(node)),
          NARROWER.coordinates,
        ),
    ),
    rows: {
      topics: () => [COORDINATES],
      groups: (_args, { coordinates }) => coordinates,
      read: ({ sql }, _args, authorizer, nodes) =>
        groupRows(
          nodes,
          listCoordinates(sql, (node) => authorizer.nodeRead(node), nodes),
        ),
    },
  },
  'coordinate.datacenters': topicRead(
    'coordinate.datacenters',
    (): Topic[] => [COORDINATES, serviceTopic(SERVER_SERVICE)],
    ({ sql, datacenter }, _args, authorizer) => {
      const map: DatacenterMap = {
        Datacenter: datacenter,
        AreaID: 'wan',
        Coordinates: listServers(sql, authorizer),
      };
      return JSON.stringify([map]);
    },
  ),
};

/**
 * Where this datacenter's servers stand. They are known by the pool of this datacenter alone as long as there is no
 * other; one that has not measured yet is where every pool begins.
 */
function listServers(sql: SQL, authorizer: Authorizer): CoordinateEntry[] {
  const found = findInstances(sql, { service: SERVER_SERVICE }, {}, authorizer);
  const names = new Set(found.map(({ node }) => node.name));
  return Array.from(names, (name) => ({
    Node: name,
    Segment: '',
    Coord: coordinatesOf(sql, name).get('') ?? ORIGIN,
  }));
}

export const coordinateWrites: WriteEndpoints<'coordinate.update'> = {
  'coordinate.update': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(_context, { Node, Segment, Coord }, authorizer) {
      if (typeof Node !== 'string' || typeof Segment !== 'string') {
        throw badRequest('a coordinate needs the name of its node and of its segment');
      }
      requireCoordinate(Coord);
      authorizer.nodeWrite(Node);
      return { Node, Segment, Coord };
    },
    apply(tx, entry) {
      setCoordinateTxn(tx, entry);
      return 'true';
    },
  },
};

/** Whoever sends it is not trusted: one bad number would make every distance from it one. */
function requireCoordinate(coord: Coordinate | undefined): void {
  if (!Array.isArray(coord?.Vec) || !isFiniteCoordinate(coord)) throw invalid('invalid coordinate');
  if (coord.Vec.length !== COORDINATE_DIMENSIONS) throw invalid('incompatible coordinate');
}
