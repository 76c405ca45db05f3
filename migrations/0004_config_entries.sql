CREATE TABLE `config_entries` (
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`content` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL,
	PRIMARY KEY(`kind`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `manual_virtual_ips` (
	`address` text PRIMARY KEY NOT NULL,
	`service` text NOT NULL
) WITHOUT ROWID;
