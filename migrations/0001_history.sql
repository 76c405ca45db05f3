CREATE TABLE `kv_chunks` (
	`key` text NOT NULL,
	`idx` integer NOT NULL,
	`part` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`key`, `idx`, `part`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `kv_graves` (
	`key` text PRIMARY KEY NOT NULL,
	`idx` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `kv_schemas` (
	`prefix` text PRIMARY KEY NOT NULL,
	`schema` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `changes` ADD `scope` text;--> statement-breakpoint
ALTER TABLE `changes` ADD `chunks` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `changes` ADD `log_end` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `kv` ADD `chunks` integer DEFAULT 0 NOT NULL;