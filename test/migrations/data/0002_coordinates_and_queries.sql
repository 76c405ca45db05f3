INSERT INTO coordinates (node, segment_key, node_name, segment, coord, modify_index)
  VALUES ('n1', '', 'n1', '', '{"Vec":[0,0,0,0,0,0,0,0],"Error":1.5,"Adjustment":0,"Height":0.00001}', 15);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('coordinates', 15, NULL);
INSERT INTO prepared_queries (id, name, name_key, session, token, is_template, definition, create_index, modify_index)
  VALUES ('22222222-2222-4222-8222-222222222222', 'find-web', 'find-web', '', '', 0, '{"Service":{"Service":"web"}}', 16, 16);
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value, scope, chunks, log_end)
  VALUES (16, 0, 1764000000000, 'node:n1', 'query.set', '22222222-2222-4222-8222-222222222222', 0, NULL, NULL, 0, 400);
