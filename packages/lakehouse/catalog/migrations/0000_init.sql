CREATE TABLE `commits` (
	`seq` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`first_parent` integer,
	`second_parent` integer,
	`tree` text NOT NULL,
	`message` text NOT NULL,
	`author` text NOT NULL,
	`committed_at` text NOT NULL,
	`properties` text NOT NULL,
	FOREIGN KEY (`first_parent`) REFERENCES `commits`(`seq`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`second_parent`) REFERENCES `commits`(`seq`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`tree`) REFERENCES `objects`(`hash`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `commits_hash_unique` ON `commits` (`hash`);--> statement-breakpoint
CREATE TABLE `objects` (
	`hash` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `refs` (
	`name` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`hash` text NOT NULL,
	FOREIGN KEY (`hash`) REFERENCES `commits`(`hash`) ON UPDATE no action ON DELETE no action
);
