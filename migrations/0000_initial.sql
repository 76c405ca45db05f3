CREATE TABLE `changes` (
	`idx` integer NOT NULL,
	`item` integer NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`prev_idx` integer NOT NULL,
	`value` text,
	PRIMARY KEY(`idx`, `item`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `checks` (
	`node` text NOT NULL,
	`key` text NOT NULL,
	`id` text NOT NULL,
	`service_key` text NOT NULL,
	`service_id` text NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`notes` text NOT NULL,
	`output` text NOT NULL,
	`service_name` text NOT NULL,
	`service_tags` text NOT NULL,
	`type` text NOT NULL,
	`interval` text NOT NULL,
	`timeout` text NOT NULL,
	`exposed_port` integer NOT NULL,
	`definition` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL,
	PRIMARY KEY(`node`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `checks_by_service` ON `checks` (`node`,`service_key`);--> statement-breakpoint
CREATE TABLE `frames` (
	`node_id` text NOT NULL,
	`slot` integer NOT NULL,
	`epoch` text NOT NULL,
	`seq` integer NOT NULL,
	`replies` text NOT NULL,
	PRIMARY KEY(`node_id`, `slot`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `kv` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`flags` text NOT NULL,
	`session` text NOT NULL,
	`lock_index` integer NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `kv_tombstones` (
	`key` text PRIMARY KEY NOT NULL,
	`idx` integer NOT NULL,
	`at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `links` (
	`id` text PRIMARY KEY NOT NULL,
	`node_id` text NOT NULL,
	`subscriptions` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `lock_delays` (
	`key` text PRIMARY KEY NOT NULL,
	`until` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `meta` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `nodes` (
	`key` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`id` text NOT NULL,
	`address` text NOT NULL,
	`tagged_addresses` text,
	`meta` text,
	`locality` text,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `nodes_by_id` ON `nodes` (lower("id")) WHERE "nodes"."id" <> '';--> statement-breakpoint
CREATE TABLE `services` (
	`node` text NOT NULL,
	`key` text NOT NULL,
	`id` text NOT NULL,
	`name_key` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`tags` text NOT NULL,
	`address` text NOT NULL,
	`tagged_addresses` text,
	`meta` text,
	`port` integer NOT NULL,
	`socket_path` text NOT NULL,
	`weight_passing` integer NOT NULL,
	`weight_warning` integer NOT NULL,
	`enable_tag_override` integer NOT NULL,
	`proxy` text NOT NULL,
	`connect` text NOT NULL,
	`locality` text,
	`connect_key` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL,
	PRIMARY KEY(`node`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `services_by_name` ON `services` (`name_key`);--> statement-breakpoint
CREATE INDEX `services_by_connect` ON `services` (`connect_key`) WHERE "services"."connect_key" <> '';--> statement-breakpoint
CREATE TABLE `session_checks` (
	`node` text NOT NULL,
	`check_id` text NOT NULL,
	`session` text NOT NULL,
	PRIMARY KEY(`node`, `check_id`, `session`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `session_locks` (
	`session` text NOT NULL,
	`key` text NOT NULL,
	PRIMARY KEY(`session`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`node` text NOT NULL,
	`node_name` text NOT NULL,
	`lock_delay_ms` integer NOT NULL,
	`behavior` text NOT NULL,
	`ttl` text NOT NULL,
	`ttl_ms` integer NOT NULL,
	`node_checks` text,
	`service_checks` text,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `timers` (
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`due_at` integer NOT NULL,
	PRIMARY KEY(`kind`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `topics` (
	`name` text PRIMARY KEY NOT NULL,
	`idx` integer NOT NULL,
	`gone_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `virtual_ips` (
	`service` text PRIMARY KEY NOT NULL,
	`number` integer NOT NULL
) WITHOUT ROWID;
