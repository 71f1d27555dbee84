CREATE TABLE `events` (
	`run_id` text NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`from_state` text,
	`to_state` text NOT NULL,
	`next_step` text,
	`body` text NOT NULL,
	PRIMARY KEY(`run_id`, `number`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `inputs` (
	`run_id` text PRIMARY KEY NOT NULL,
	`spec` text NOT NULL,
	`source` text,
	`fingerprint` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `leases` (
	`run_id` text PRIMARY KEY NOT NULL,
	`fence` integer NOT NULL,
	`owner` text,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `outputs` (
	`run_id` text NOT NULL,
	`step` text NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`run_id`, `step`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`flow` text NOT NULL,
	`version` integer NOT NULL,
	`lakehouse` text NOT NULL,
	`target` text NOT NULL,
	`branch` text NOT NULL,
	`state` text NOT NULL,
	`outcome` text,
	`context` text NOT NULL,
	`event_count` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`idempotency_key` text,
	`input_digest` text NOT NULL,
	`cancel_by` text,
	`cancel_reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `runs_by_idempotency_key` ON `runs` (`flow`,`idempotency_key`);--> statement-breakpoint
CREATE INDEX `runs_by_creation` ON `runs` (`created_at`);--> statement-breakpoint
CREATE INDEX `runs_by_flow` ON `runs` (`flow`,`created_at`);--> statement-breakpoint
CREATE INDEX `runs_by_state` ON `runs` (`state`,`created_at`);--> statement-breakpoint
CREATE INDEX `runs_by_outcome` ON `runs` (`outcome`,`created_at`);