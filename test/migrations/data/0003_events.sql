INSERT INTO events (ltime, idx, id, name, payload, node_filter, service_filter, tag_filter)
  VALUES (1, 17, '33333333-3333-4333-8333-333333333333', 'deploy', 'MQ==', '', '', '');
INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx, value, scope, chunks, log_end)
  VALUES (17, 0, 1764000000000, 'node:n1', 'event.fire', 'deploy', 0, '{"ID":"33333333-3333-4333-8333-333333333333","Name":"deploy","Payload":"MQ==","NodeFilter":"","ServiceFilter":"","TagFilter":"","Version":1,"LTime":1}', NULL, 0, 500);
