CREATE TABLE "commerce"."audit_entries" (
	"sequence" bigserial PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"owner" text collate "C" NOT NULL,
	"subject" text NOT NULL,
	"mutation" text NOT NULL,
	"entity_id" text collate "C" NOT NULL,
	"fields" text[] NOT NULL,
	"request_id" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "commerce"."audit_entries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."idempotency_keys" (
	"store_id" text collate "C" NOT NULL,
	"owner" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"mutation" text NOT NULL,
	"input_hash" text collate "C" NOT NULL,
	"result" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_store_id_owner_key_pk" PRIMARY KEY("store_id","owner","key")
);
--> statement-breakpoint
ALTER TABLE "commerce"."idempotency_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."outbox_events" (
	"sequence" bigserial PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"topic" text NOT NULL,
	"entity_id" text collate "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"dispatched_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "commerce"."outbox_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "commerce"."ab_tests" ALTER COLUMN "version" SET DEFAULT 1;--> statement-breakpoint
ALTER TABLE "commerce"."claim_settings" ALTER COLUMN "version" SET DEFAULT 1;--> statement-breakpoint
ALTER TABLE "commerce"."price_settings" ALTER COLUMN "version" SET DEFAULT 1;--> statement-breakpoint
ALTER TABLE "commerce"."store_credit_settings" ALTER COLUMN "version" SET DEFAULT 1;--> statement-breakpoint
ALTER TABLE "commerce"."store_settings" ALTER COLUMN "version" SET DEFAULT 1;--> statement-breakpoint
ALTER TABLE "commerce"."widgets" ALTER COLUMN "version" SET DEFAULT 1;--> statement-breakpoint
ALTER TABLE "commerce"."claims" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."fulfillments" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."product_variants" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."products" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."audit_entries" ADD CONSTRAINT "audit_entries_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."idempotency_keys" ADD CONSTRAINT "idempotency_keys_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."outbox_events" ADD CONSTRAINT "outbox_events_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entries_by_entity" ON "commerce"."audit_entries" USING btree ("store_id","entity_id","sequence");--> statement-breakpoint
CREATE INDEX "outbox_events_waiting" ON "commerce"."outbox_events" USING btree ("sequence") WHERE dispatched_at is null;--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."audit_entries" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "own" ON "commerce"."idempotency_keys" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."outbox_events" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "dispatch" ON "commerce"."outbox_events" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);