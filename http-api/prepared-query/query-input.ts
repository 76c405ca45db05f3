/** A prepared query as it comes in: its shape for the decoder, and every absent field filled in. */
import type { QueryInput, ServiceQuery } from '../../protocol/types/prepared-query.ts';
import type { Struct } from '../decode.ts';

const TARGET: Struct = {
  struct: 'structs.QueryFailoverTarget',
  fields: { Peer: 'string', Datacenter: 'string' },
};

/** Names of fields are Consul's, and all there are: others are refused. */
export const QUERY: Struct = {
  struct: 'structs.PreparedQuery',
  fields: {
    ID: 'string',
    Name: 'string',
    Session: 'string',
    Token: 'string',
    Template: {
      struct: 'structs.QueryTemplateOptions',
      fields: { Type: 'string', Regexp: 'string', RemoveEmptyTags: 'bool' },
    },
    Service: {
      struct: 'structs.ServiceQuery',
      fields: {
        Service: 'string',
        SamenessGroup: 'string',
        Failover: {
          struct: 'structs.QueryFailoverOptions',
          fields: {
            NearestN: 'int',
            Datacenters: { list: 'string' },
            Targets: { list: TARGET },
          },
        },
        OnlyPassing: 'bool',
        IgnoreCheckIDs: { list: 'string' },
        Near: 'string',
        Tags: { list: 'string' },
        NodeMeta: { map: 'string' },
        ServiceMeta: { map: 'string' },
        Connect: 'bool',
        Peer: 'string',
      },
    },
    DNS: { struct: 'structs.QueryDNSOptions', fields: { TTL: 'string' } },
    // Clients send back what they read.
    CreateIndex: 'uint64',
    ModifyIndex: 'uint64',
  },
};

type DeepPartial<T> = T extends (infer Item)[]
  ? DeepPartial<Item>[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<NonNullable<T[K]>> }
    : T;

/** What the decoder gives for the shape above. */
export type DecodedQuery = DeepPartial<QueryInput>;

export function toQueryInput(decoded: DecodedQuery): QueryInput {
  return {
    ID: decoded.ID ?? '',
    Name: decoded.Name ?? '',
    Session: decoded.Session ?? '',
    Token: decoded.Token ?? '',
    Template: { Type: '', Regexp: '', RemoveEmptyTags: false, ...decoded.Template },
    Service: toServiceQuery(decoded.Service ?? {}),
    DNS: { TTL: decoded.DNS?.TTL ?? '' },
  };
}

function toServiceQuery(decoded: DeepPartial<ServiceQuery>): ServiceQuery {
  const { NearestN, Datacenters, Targets } = decoded.Failover ?? {};
  return {
    Service: decoded.Service ?? '',
    SamenessGroup: decoded.SamenessGroup ?? '',
    Failover: {
      NearestN: NearestN ?? 0,
      Datacenters: texts(Datacenters),
      Targets:
        Targets?.map((target) => ({
          Peer: target?.Peer ?? '',
          Datacenter: target?.Datacenter ?? '',
        })) ?? null,
    },
    OnlyPassing: decoded.OnlyPassing ?? false,
    IgnoreCheckIDs: texts(decoded.IgnoreCheckIDs),
    Near: decoded.Near ?? '',
    Tags: texts(decoded.Tags),
    NodeMeta: meta(decoded.NodeMeta),
    ServiceMeta: meta(decoded.ServiceMeta),
    Connect: decoded.Connect ?? false,
    Peer: decoded.Peer ?? '',
  };
}

/** A null within a list is an empty text, as Go decodes it. */
function texts(list: (string | undefined)[] | undefined): string[] | null {
  return list === undefined ? null : list.map((text) => text ?? '');
}

/** The decoder gives '' for a null among the values. */
function meta(map: Record<string, string | undefined> | undefined): Record<string, string> | null {
  return (map as Record<string, string> | undefined) ?? null;
}
