/** Where the servers of all datacenters stand in the pool that spans them: /v1/coordinate/datacenters. */
import { ORIGIN } from '../../../protocol/coordinate.ts';
import type { Coordinate, DatacenterMap } from '../../../protocol/types/coordinate.ts';

/** The part of the WAN pool that is needed. */
export interface ServerPool {
  members(): readonly {
    readonly name: string;
    readonly status: string;
    readonly tags: Readonly<Record<string, string>>;
  }[];
  coordinateOf(name: string): Coordinate | undefined;
}

/** In the order of names, the servers without the suffix that tells them apart in the pool. */
export function datacenterMaps(pool: ServerPool): DatacenterMap[] {
  const maps = new Map<string, DatacenterMap>();
  const members = pool.members().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, status, tags } of members) {
    const datacenter = tags['dc'];
    if (datacenter === undefined || status === 'left') continue;
    const map = maps.get(datacenter) ?? {
      Datacenter: datacenter,
      AreaID: 'wan',
      Coordinates: [],
    };
    const suffix = `.${datacenter}`;
    map.Coordinates.push({
      Node: name.endsWith(suffix) ? name.slice(0, -suffix.length) : name,
      Segment: '',
      // Whoever was not measured yet may be anywhere: there it is as near as any other.
      Coord: pool.coordinateOf(name) ?? ORIGIN,
    });
    maps.set(datacenter, map);
  }
  return [...maps.values()].toSorted((a, b) => (a.Datacenter < b.Datacenter ? -1 : 1));
}
