INSERT INTO config_entries (kind, key, name, content, create_index, modify_index)
  VALUES ('service-defaults', 'web', 'web', '{"Kind":"service-defaults","Name":"web","Protocol":"http"}', 18, 18);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('config/service-defaults/web', 18, NULL);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('config/service-defaults', 18, NULL);
INSERT INTO manual_virtual_ips (address, service)
  VALUES ('10.0.0.1', 'web');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value, scope, chunks, log_end)
  VALUES (18, 0, 1764000000000, 'node:n1', 'config.set', 'service-defaults/web', 0, '{"Kind":"service-defaults","Name":"web","Protocol":"http","CreateIndex":18,"ModifyIndex":18}', NULL, 0, 600);
