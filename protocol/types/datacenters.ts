import type { DatacenterMap } from './coordinate.ts';

/** What a control plane tells its agents of the datacenters that are reached through it. */
export interface DatacenterList {
  /** Without its own, the nearest first. */
  Others: string[];
  /** Of all, its own included; null where nobody has measured. */
  Maps: DatacenterMap[] | null;
  /** Of the others, as far as one is known. */
  Servers?: KnownServer[];
}

/** What stands for Consul's servers in a datacenter: it is one object, so there is one. */
export interface KnownServer {
  Datacenter: string;
  ID: string;
  Node: string;
  /** host:port */
  Address: string;
  /** Of Consul, with which it is compatible. */
  Version: string;
}

/** A datacenter of a deployed Worker. Where it is was decided when it was made: an object never moves. */
export interface DatacenterRecord {
  Name: string;
  /** Hint for where the object is made; '' leaves it to the platform: near whoever asked first. */
  Location: string;
  /** Where its data may be, by law; '' for anywhere. */
  Jurisdiction: string;
  /** RFC 3339; '' for the datacenter that the deployment names. */
  CreatedAt: string;
}

/** Durable Objects' location hints. */
export const LOCATIONS: readonly string[] = [
  'wnam',
  'enam',
  'sam',
  'weur',
  'eeur',
  'apac',
  'oc',
  'afr',
  'me',
];

export const JURISDICTIONS: readonly string[] = ['eu', 'fedramp'];

/** As in DNS labels and in Consul's rule for names of datacenters. */
export const DATACENTER_NAME = /^[a-z0-9_-]{1,63}$/;
