CREATE TABLE `acl_auth_methods` (
	`name_key` text PRIMARY KEY NOT NULL,
	`definition` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `acl_binding_rules` (
	`id` text PRIMARY KEY NOT NULL,
	`auth_method` text NOT NULL,
	`definition` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `acl_bootstrap` (
	`id` text PRIMARY KEY NOT NULL,
	`idx` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `acl_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`name_key` text NOT NULL,
	`definition` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `acl_policies_by_name` ON `acl_policies` (`name_key`);--> statement-breakpoint
CREATE TABLE `acl_roles` (
	`id` text PRIMARY KEY NOT NULL,
	`name_key` text NOT NULL,
	`definition` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `acl_roles_by_name` ON `acl_roles` (`name_key`);--> statement-breakpoint
CREATE TABLE `acl_tokens` (
	`accessor` text PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`local` integer NOT NULL,
	`expires_at` integer,
	`auth_method` text NOT NULL,
	`definition` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `acl_tokens_by_secret` ON `acl_tokens` (`secret`);