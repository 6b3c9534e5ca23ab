CREATE TABLE "commerce"."webhook_secrets" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"owner" text collate "C" NOT NULL,
	"webhook_id" text collate "C" NOT NULL,
	"sealed" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "commerce"."webhook_secrets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."webhooks" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"owner" text collate "C" NOT NULL,
	"url" text NOT NULL,
	"topics" text[] NOT NULL,
	"enabled" boolean NOT NULL,
	"scopes" text[] NOT NULL,
	"secret_changed_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "webhooks_store_id_id" UNIQUE("store_id","id")
);
--> statement-breakpoint
ALTER TABLE "commerce"."webhooks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "commerce"."webhook_secrets" ADD CONSTRAINT "webhook_secrets_webhook" FOREIGN KEY ("store_id","webhook_id") REFERENCES "commerce"."webhooks"("store_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."webhooks" ADD CONSTRAINT "webhooks_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "webhook_secrets_by_webhook" ON "commerce"."webhook_secrets" USING btree ("store_id","webhook_id","created_at");--> statement-breakpoint
CREATE INDEX "webhooks_by_created" ON "commerce"."webhooks" USING btree ("store_id","owner","created_at","id");--> statement-breakpoint
CREATE POLICY "own" ON "commerce"."webhook_secrets" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), '')));--> statement-breakpoint
CREATE POLICY "delivery" ON "commerce"."webhook_secrets" AS PERMISSIVE FOR SELECT TO "scopegate_system" USING (true);--> statement-breakpoint
CREATE POLICY "own" ON "commerce"."webhooks" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), '')));--> statement-breakpoint
CREATE POLICY "delivery" ON "commerce"."webhooks" AS PERMISSIVE FOR SELECT TO "scopegate_system" USING (true);