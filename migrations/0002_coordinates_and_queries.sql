CREATE TABLE `coordinates` (
	`node` text NOT NULL,
	`segment_key` text NOT NULL,
	`node_name` text NOT NULL,
	`segment` text NOT NULL,
	`coord` text NOT NULL,
	`modify_index` integer NOT NULL,
	PRIMARY KEY(`node`, `segment_key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `prepared_queries` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`session` text NOT NULL,
	`token` text NOT NULL,
	`is_template` integer NOT NULL,
	`definition` text NOT NULL,
	`create_index` integer NOT NULL,
	`modify_index` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `prepared_queries_by_name` ON `prepared_queries` (`name_key`);--> statement-breakpoint
CREATE INDEX `prepared_queries_by_session` ON `prepared_queries` (`session`) WHERE "prepared_queries"."session" <> '';