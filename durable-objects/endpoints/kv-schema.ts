/** JSON schemas on prefixes of keys. Consul has nothing like it. */
import { allows } from '../acl/allows.ts';
import { badRequest } from '../../protocol/errors.ts';
import {
  deleteSchemaTxn,
  normalizeSchema,
  readSchema,
  readSchemas,
  setSchemaTxn,
} from '../state/kv-schemas.ts';
import { KV_SCHEMAS, kvSchemaTopic } from '../watch/topics.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

export const kvSchemaReads: ReadEndpoints<'kv-schema.get' | 'kv-schema.list'> = {
  'kv-schema.get': {
    kind: 'read',
    topics: ({ prefix }) => [kvSchemaTopic(prefix)],
    read({ sql }, { prefix }, authorizer) {
      authorizer.keyList(prefix);
      return readSchema(sql, prefix);
    },
  },
  'kv-schema.list': {
    kind: 'read',
    topics: () => [KV_SCHEMAS],
    read: ({ sql }, _args, authorizer) =>
      readSchemas(sql, (prefix) => allows(() => authorizer.keyList(prefix))),
  },
};

export const kvSchemaWrites: WriteEndpoints<'kv-schema.set' | 'kv-schema.delete'> = {
  'kv-schema.set': {
    kind: 'write',
    prepare(_context, { prefix, schema }, authorizer) {
      if (typeof prefix !== 'string' || typeof schema !== 'string')
        throw badRequest('a prefix and a schema are wanted');
      authorizer.keyWritePrefix(prefix);
      return { prefix, schema: normalizeSchema(schema) };
    },
    apply(tx, { prefix, schema }) {
      setSchemaTxn(tx, prefix, schema);
      return 'true';
    },
  },
  'kv-schema.delete': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(_context, args, authorizer) {
      if (typeof args.prefix !== 'string') throw badRequest('a prefix is missing');
      authorizer.keyWritePrefix(args.prefix);
      return args;
    },
    apply: (tx, { prefix }) => String(deleteSchemaTxn(tx, prefix)),
  },
};
