INSERT INTO ca_config (name, cluster_id, provider, config, without_cross_signing, signing_key, signing_cert, create_index, modify_index)
  VALUES ('ca', '11111111-2222-4333-8444-555555555555', 'consul', '{"LeafCertTTL":"72h"}', 0, 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXIocCClNdCr2IwQOz1zEUKcq46uYosSDfVfv7ArUINOhRANCAATz2jmDLchMoQJC+yK+G5kRZNw4TgxV3Cttb/aFRJegrptuHULUGtCrG/suuOvEgTDLHo02d/qa2PAq7yJRDZS8', 'PEM', 1, 1);
INSERT INTO ca_roots (id, content, active, rotated_out_at, create_index, modify_index)
  VALUES ('aa:bb', '{"Name":"Consul CA Primary Cert","SerialNumber":"7"}', 1, NULL, 1, 1);
