INSERT INTO kv_chunks (key, idx, part, text)
  VALUES ('app/long', 13, 0, 'bG9u');
INSERT INTO kv_chunks (key, idx, part, text)
  VALUES ('app/long', 13, 1, 'Z2Vy');
INSERT INTO kv (key, value, flags, session, lock_index, create_index, modify_index, chunks)
  VALUES ('app/long', '', '0', '', 0, 13, 13, 2);
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value, scope, chunks, log_end)
  VALUES (13, 0, 1764000000000, 'node:n1', 'kv.set', 'app/long', 0, '{"LockIndex":0,"Key":"app/long","Flags":0,"Value":null,"CreateIndex":13,"ModifyIndex":13}', NULL, 2, 200);
INSERT INTO kv_graves (key, idx)
  VALUES ('app/forgotten', 1);
INSERT INTO kv_schemas (prefix, schema, create_index, modify_index)
  VALUES ('typed/', '{"type":"object"}', 14, 14);
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value, scope, chunks, log_end)
  VALUES (14, 0, 1764000000000, 'node:n1', 'kv-schema.set', 'typed/', 0, '{"type":"object"}', NULL, 0, 300);
