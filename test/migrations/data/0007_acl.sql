INSERT INTO acl_policies (id, name_key, definition, create_index, modify_index)
  VALUES ('88888888-8888-4888-8888-888888888888', 'ops', '{"Name":"ops","Description":"","Rules":"operator = \"read\"","Hash":"AA=="}', 5, 5);
INSERT INTO acl_roles (id, name_key, definition, create_index, modify_index)
  VALUES ('99999999-9999-4999-8999-999999999999', 'team', '{"Name":"team","Description":"","Policies":["88888888-8888-4888-8888-888888888888"],"Hash":"AA=="}', 6, 6);
INSERT INTO acl_tokens (accessor, secret, local, expires_at, auth_method, definition, create_index, modify_index)
  VALUES ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 0, NULL, '', '{"Description":"","Roles":["99999999-9999-4999-8999-999999999999"],"CreateTime":"2026-01-01T00:00:00Z","Hash":"AA=="}', 7, 7);
INSERT INTO acl_auth_methods (name_key, definition, create_index, modify_index)
  VALUES ('jwt', '{"Name":"jwt","Type":"jwt","Config":{}}', 8, 8);
INSERT INTO acl_binding_rules (id, auth_method, definition, create_index, modify_index)
  VALUES ('cccccccc-cccc-4ccc-8ccc-cccccccccccc', 'jwt', '{"AuthMethod":"jwt","BindType":"service","BindName":"web"}', 9, 9);
INSERT INTO acl_bootstrap (id, idx) VALUES ('bootstrap', 4);
