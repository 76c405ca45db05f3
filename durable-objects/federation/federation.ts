/**
 * The Durable Object that lists a deployment's datacenters.
 *
 * Only who makes or removes one needs it: what it lists is kept by whoever asked, and in the deployment's own datacenter.
 */
import { DurableObject } from 'cloudflare:workers';
import { toRPCError } from '../../protocol/errors.ts';
import type { Reply } from '../../protocol/frames.ts';
import type { DatacenterRecord } from '../../protocol/types/datacenters.ts';
import { renderFailure } from '../datacenter-state.ts';
import type { SQL } from '../db/storage.ts';
import {
  addDatacenter,
  createListTable,
  listDatacenters,
  removeDatacenter,
} from './datacenter-list.ts';

export class FederationObject extends DurableObject {
  readonly #sql: SQL;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    this.#sql = ctx.storage.sql as unknown as SQL;
    createListTable(this.#sql);
  }

  list(): DatacenterRecord[] {
    return listDatacenters(this.#sql);
  }

  /** The reply says whether it is new. */
  add(record: Omit<DatacenterRecord, 'CreatedAt'>): Reply {
    try {
      return { index: 0, body: String(addDatacenter(this.#sql, record, Date.now())) };
    } catch (error) {
      return renderFailure(toRPCError(error));
    }
  }

  remove(name: string): boolean {
    return removeDatacenter(this.#sql, name);
  }
}
