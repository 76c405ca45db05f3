import type { DatacenterMap } from './coordinate.ts';

/** What a control plane tells its agents of the datacenters that are reached through it. */
export interface DatacenterList {
  /** Without its own, the nearest first. */
  Others: string[];
  /** Of all, its own included; null where nobody has measured. */
  Maps: DatacenterMap[] | null;
}
