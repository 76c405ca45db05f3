INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (2, 0, 1764000000000, 'node:n1', 'node.set', 'n1', 0, '{"ID":"11111111-1111-4111-8111-111111111111","Node":"n1","Address":"192.0.2.1","Datacenter":"","TaggedAddresses":null,"Meta":{"rack":"1"},"CreateIndex":2,"ModifyIndex":2}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (2, 1, 1764000000000, 'node:n1', 'service.set', 'n1/web-1', 0, '{"ID":"web-1","Service":"web","Tags":["v1"],"Address":"","TaggedAddresses":{"consul-virtual":{"Address":"240.0.0.1","Port":80}},"Meta":null,"Port":80,"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Proxy":{"Mode":"","MeshGateway":{},"Expose":{}},"Connect":{"Native":true},"PeerName":"","CreateIndex":2,"ModifyIndex":2}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (2, 2, 1764000000000, 'node:n1', 'check.set', 'n1/alive', 0, '{"Node":"n1","CheckID":"alive","Name":"alive","Status":"passing","Notes":"","Output":"ok","ServiceID":"web-1","ServiceName":"web","ServiceTags":["v1"],"Type":"","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":2,"ModifyIndex":2}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (3, 0, 1764000000000, 'node:n1', 'check.set', 'n1/disk', 0, '{"Node":"n1","CheckID":"disk","Name":"disk","Status":"passing","Notes":"","Output":"","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":3,"ModifyIndex":3}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (4, 0, 1764000000000, 'node:n1', 'session.create', '00000000-0000-4000-8000-000000000004', 0, '{"ID":"00000000-0000-4000-8000-000000000004","Name":"leader","Node":"n1","LockDelay":15000000000,"Behavior":"release","TTL":"30s","NodeChecks":["disk"],"ServiceChecks":null,"CreateIndex":4,"ModifyIndex":4}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (5, 0, 1764000000000, 'node:n1', 'session.create', '00000000-0000-4000-8000-000000000005', 0, '{"ID":"00000000-0000-4000-8000-000000000005","Name":"short","Node":"n1","LockDelay":15000000000,"Behavior":"release","TTL":"","NodeChecks":null,"ServiceChecks":null,"CreateIndex":5,"ModifyIndex":5}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (6, 0, 1764000000000, 'node:n1', 'kv.set', 'app/a', 0, '{"LockIndex":0,"Key":"app/a","Flags":0,"Value":"b25l","CreateIndex":6,"ModifyIndex":6}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (7, 0, 1764000000000, 'node:n1', 'kv.set', 'app/a', 6, '{"LockIndex":0,"Key":"app/a","Flags":42,"Value":"dHdv","CreateIndex":6,"ModifyIndex":7}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (8, 0, 1764000000000, 'node:n1', 'kv.set', 'app/gone', 0, '{"LockIndex":0,"Key":"app/gone","Flags":0,"Value":"eA==","CreateIndex":8,"ModifyIndex":8}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (9, 0, 1764000000000, 'node:n1', 'kv.delete', 'app/gone', 8, NULL);
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (10, 0, 1764000000000, 'node:n1', 'kv.set', 'app/lock', 0, '{"LockIndex":1,"Key":"app/lock","Flags":0,"Value":"bWluZQ==","Session":"00000000-0000-4000-8000-000000000004","CreateIndex":10,"ModifyIndex":10}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (11, 0, 1764000000000, 'node:n1', 'kv.set', 'app/late', 0, '{"LockIndex":1,"Key":"app/late","Flags":0,"Value":"bWluZQ==","Session":"00000000-0000-4000-8000-000000000005","CreateIndex":11,"ModifyIndex":11}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (12, 0, 1764000000000, 'node:n1', 'kv.set', 'app/late', 11, '{"LockIndex":1,"Key":"app/late","Flags":0,"Value":"bWluZQ==","CreateIndex":11,"ModifyIndex":12}');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value)
  VALUES (12, 1, 1764000000000, 'node:n1', 'session.destroy', '00000000-0000-4000-8000-000000000005', 5, NULL);
INSERT INTO checks (node, key, id, service_key, service_id, name, status, notes, output, service_name, service_tags, type, interval, timeout, exposed_port, definition, create_index, modify_index)
  VALUES ('n1', 'alive', 'alive', 'web-1', 'web-1', 'alive', 'passing', '', 'ok', 'web', '["v1"]', '', '', '', 0, '{}', 2, 2);
INSERT INTO checks (node, key, id, service_key, service_id, name, status, notes, output, service_name, service_tags, type, interval, timeout, exposed_port, definition, create_index, modify_index)
  VALUES ('n1', 'disk', 'disk', '', '', 'disk', 'passing', '', '', '', '[]', '', '', '', 0, '{}', 3, 3);
INSERT INTO frames (node_id, slot, epoch, seq, replies)
  VALUES ('id-of-n1', 0, 'e', 10, '[{"index":11,"body":"true"}]');
INSERT INTO frames (node_id, slot, epoch, seq, replies)
  VALUES ('id-of-n1', 1, 'e', 11, '[{"index":12,"body":"true"}]');
INSERT INTO kv (key, value, flags, session, lock_index, create_index, modify_index)
  VALUES ('app/a', 'dHdv', '42', '', 0, 6, 7);
INSERT INTO kv (key, value, flags, session, lock_index, create_index, modify_index)
  VALUES ('app/late', 'bWluZQ==', '0', '', 1, 11, 12);
INSERT INTO kv (key, value, flags, session, lock_index, create_index, modify_index)
  VALUES ('app/lock', 'bWluZQ==', '0', '00000000-0000-4000-8000-000000000004', 1, 10, 10);
INSERT INTO kv_tombstones (key, idx, at)
  VALUES ('app/gone', 9, 1764000000000);
INSERT INTO links (id, node_id, subscriptions)
  VALUES ('00000000-0000-4000-8000-000000000003', 'id-of-n1', '[[1,"kv.get",{"key":"app/a"},""]]');
INSERT INTO lock_delays (key, until)
  VALUES ('app/late', 1764000015000);
INSERT INTO meta (name, value)
  VALUES ('incarnation', '00000000-0000-4000-8000-000000000002');
INSERT INTO meta (name, value)
  VALUES ('uuid', '00000000-0000-4000-8000-000000000001');
INSERT INTO nodes (key, name, id, address, tagged_addresses, meta, locality, create_index, modify_index)
  VALUES ('n1', 'n1', '11111111-1111-4111-8111-111111111111', '192.0.2.1', NULL, '{"rack":"1"}', NULL, 2, 2);
INSERT INTO services (node, key, id, name_key, name, kind, tags, address, tagged_addresses, meta, port, socket_path, weight_passing, weight_warning, enable_tag_override, proxy, connect, locality, connect_key, create_index, modify_index)
  VALUES ('n1', 'web-1', 'web-1', 'web', 'web', '', '["v1"]', '', '{"consul-virtual":{"Address":"240.0.0.1","Port":80}}', NULL, 80, '', 1, 1, 0, '{"Mode":"","MeshGateway":{},"Expose":{}}', '{"Native":true}', NULL, 'web', 2, 2);
INSERT INTO session_checks (node, check_id, session)
  VALUES ('n1', 'disk', '00000000-0000-4000-8000-000000000004');
INSERT INTO session_locks (session, key)
  VALUES ('00000000-0000-4000-8000-000000000004', 'app/lock');
INSERT INTO sessions (id, name, node, node_name, lock_delay_ms, behavior, ttl, ttl_ms, node_checks, service_checks, create_index, modify_index)
  VALUES ('00000000-0000-4000-8000-000000000004', 'leader', 'n1', 'n1', 15000, 'release', '30s', 30000, '["disk"]', NULL, 4, 4);
INSERT INTO timers (kind, id, due_at)
  VALUES ('session-ttl', '00000000-0000-4000-8000-000000000004', 1764000060000);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('checks', 3, NULL);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('connect/web', 3, NULL);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('node-checks/n1', 3, NULL);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('node-sessions/n1', 12, NULL);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('node/n1', 2, NULL);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('nodes', 2, NULL);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('service/web', 3, NULL);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('services', 2, NULL);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('session/00000000-0000-4000-8000-000000000005', 12, 1764000000000);
INSERT INTO topics (name, idx, gone_at)
  VALUES ('sessions', 12, NULL);
INSERT INTO virtual_ips (service, number)
  VALUES ('web', 1);
