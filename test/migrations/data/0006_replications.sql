INSERT INTO replications (name, family, source_datacenter, source_uuid, source_incarnation, position, updated_at, applied, problem, forced)
  VALUES ('kv/global/', 'kv', 'dc2', '66666666-6666-4666-8666-666666666666', '77777777-7777-4777-8777-777777777777', '41', 1764000000000, 12, '', 0);
