CREATE TABLE `events` (
	`ltime` integer PRIMARY KEY NOT NULL,
	`idx` integer NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`payload` text NOT NULL,
	`node_filter` text NOT NULL,
	`service_filter` text NOT NULL,
	`tag_filter` text NOT NULL
);
