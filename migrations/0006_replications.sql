CREATE TABLE `replications` (
	`name` text PRIMARY KEY NOT NULL,
	`family` text NOT NULL,
	`source_datacenter` text NOT NULL,
	`source_uuid` text NOT NULL,
	`source_incarnation` text NOT NULL,
	`position` text NOT NULL,
	`updated_at` integer NOT NULL,
	`applied` integer NOT NULL,
	`problem` text NOT NULL,
	`forced` integer NOT NULL
) WITHOUT ROWID;
