CREATE TABLE `ca_config` (
	`name` text PRIMARY KEY NOT NULL,
	`cluster_id` text NOT NULL,
	`provider` text NOT NULL,
	`config` text NOT NULL,
	`without_cross_signing` integer NOT NULL,
	`signing_key` text NOT NULL,
	`signing_cert` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ca_roots` (
	`id` text PRIMARY KEY NOT NULL,
	`content` text NOT NULL,
	`active` integer NOT NULL,
	`rotated_out_at` integer,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
