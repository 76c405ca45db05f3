/** Network coordinates, spelled as Consul and Serf spell them (agent/structs/structs.go, serf coordinate.Coordinate). */

/** A place in the Vivaldi space of a gossip pool. All members are seconds. */
export interface Coordinate {
  /** Eight dimensions, as in every pool of Serf's default configuration. */
  readonly Vec: readonly number[];
  /** How far the owner trusts its place: 1.5 at first, smaller once it has measured. */
  readonly Error: number;
  readonly Adjustment: number;
  /** The time that the node's access link adds to every path. */
  readonly Height: number;
}

export interface CoordinateEntry {
  Node: string;
  /** '' in Consul's community edition, unless a client said otherwise. */
  Segment: string;
  Coord: Coordinate;
}

/** Places of the servers of one datacenter in the pool that spans datacenters. */
export interface DatacenterMap {
  Datacenter: string;
  AreaID: string;
  Coordinates: CoordinateEntry[];
}
