/** What every endpoint of the service mesh asks first. */
import { type RPCError, invalid } from '../../protocol/errors.ts';
import { trustDomainOf } from '../../protocol/spiffe-id.ts';
import { type CAConfigRow, readCAConfig } from '../state/ca.ts';
import type { EndpointContext, ReadEndpoint, WriteEndpoint } from './endpoint.ts';

/** @throws RPCError invalid in a datacenter where Connect is off */
export function requireConnect({ connect }: Pick<EndpointContext, 'connect'>): void {
  if (!connect.enabled) throw invalid('Connect must be enabled in order to use this endpoint');
}

/** The same endpoints, where Connect is on. */
export function readsOfConnect<R extends object>(reads: R): R {
  return mapEndpoints(reads, (endpoint: AnyRead) => ({
    ...endpoint,
    read(context, args, authorizer) {
      requireConnect(context);
      return endpoint.read(context, args, authorizer);
    },
  }));
}

export function writesOfConnect<W extends object>(writes: W): W {
  return mapEndpoints(writes, (endpoint: AnyWrite) => ({
    ...endpoint,
    prepare(context, args, authorizer) {
      requireConnect(context);
      return endpoint.prepare(context, args, authorizer);
    },
  }));
}

/** Endpoints whose arguments are of no type that is known here. */
type AnyRead = ReadEndpoint<never>;
type AnyWrite = WriteEndpoint<never>;

function mapEndpoints<E extends object, A>(endpoints: E, change: (endpoint: A) => A): E {
  const entries = Object.entries(endpoints).map(([name, endpoint]) => [
    name,
    change(endpoint as A),
  ]);
  return Object.fromEntries(entries) as E;
}

/** @throws RPCError invalid while there is no authority */
export function requireAuthority({ sql }: Pick<EndpointContext, 'sql'>): CAConfigRow {
  const row = readCAConfig(sql);
  if (row !== undefined) return row;
  throw uninitialized();
}

export function uninitialized(): RPCError {
  return invalid('CA is uninitialized and unable to sign certificates yet: provider is nil');
}

/** Host of the SPIFFE URIs; a datacenter without an authority is called by its UUID. */
export function trustDomain({ sql, info }: Pick<EndpointContext, 'sql' | 'info'>): string {
  return trustDomainOf(readCAConfig(sql)?.cluster_id ?? info().UUID);
}
