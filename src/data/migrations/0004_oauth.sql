CREATE TABLE "platform"."audit_log" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "platform"."audit_log_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"action" text NOT NULL,
	"actor" text collate "C" NOT NULL,
	"app_id" text collate "C",
	"installation_id" text collate "C",
	"store_id" text collate "C",
	"merchant_id" text collate "C",
	"details" text[] DEFAULT '{}' NOT NULL,
	"request_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "audit_log_action" CHECK (action in ('app.register', 'app.change', 'app.review', 'app.approve', 'app.reject', 'app.suspend', 'app.rotate_secret', 'installation.consent', 'installation.withdraw', 'installation.uninstall', 'merchant.register', 'merchant.set_password', 'merchant.add_store', 'merchant.remove_store', 'merchant.disable', 'merchant.enable'))
);
--> statement-breakpoint
ALTER TABLE "platform"."audit_log" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "platform"."merchant_stores" (
	"merchant_id" text collate "C" NOT NULL,
	"store_id" text collate "C" NOT NULL,
	CONSTRAINT "merchant_stores_merchant_id_store_id_pk" PRIMARY KEY("merchant_id","store_id")
);
--> statement-breakpoint
ALTER TABLE "platform"."merchant_stores" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "platform"."merchants" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_lower" text collate "C" GENERATED ALWAYS AS (lower(email)) STORED NOT NULL,
	"password_hash" text NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "merchants_email" UNIQUE("email_lower")
);
--> statement-breakpoint
ALTER TABLE "platform"."merchants" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "platform"."oauth_records" (
	"kind" text collate "C" NOT NULL,
	"hash" text collate "C" NOT NULL,
	"payload" jsonb NOT NULL,
	"uid_hash" text collate "C",
	"grant_hash" text collate "C",
	"installation_id" text collate "C",
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"consumed_at" timestamp (3) with time zone,
	CONSTRAINT "oauth_records_kind_hash_pk" PRIMARY KEY("kind","hash")
);
--> statement-breakpoint
ALTER TABLE "platform"."oauth_records" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "platform"."access_tokens" ADD COLUMN "grant_hash" text collate "C";--> statement-breakpoint
ALTER TABLE "platform"."access_tokens" ADD COLUMN "payload" jsonb;--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD COLUMN "publisher" text;--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD COLUMN "review_note" text;--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD COLUMN "secret_hash" text collate "C";--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD COLUMN "redirect_uris" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD COLUMN "logo_url" text;--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD COLUMN "privacy_policy_url" text;--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD COLUMN "app_url" text;--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD COLUMN "access_token_format" text DEFAULT 'OPAQUE' NOT NULL;--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD COLUMN "owner_store_id" text collate "C";--> statement-breakpoint
ALTER TABLE "platform"."installations" ADD COLUMN "last_used_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "platform"."installations" ADD COLUMN "reviewed_scopes" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "platform"."installations" ADD COLUMN "reviewed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "platform"."installations" ADD COLUMN "reviewed_by" text collate "C";--> statement-breakpoint
ALTER TABLE "platform"."audit_log" ADD CONSTRAINT "audit_log_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "platform"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."audit_log" ADD CONSTRAINT "audit_log_installation_id_installations_id_fk" FOREIGN KEY ("installation_id") REFERENCES "platform"."installations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."audit_log" ADD CONSTRAINT "audit_log_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."audit_log" ADD CONSTRAINT "audit_log_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "platform"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."merchant_stores" ADD CONSTRAINT "merchant_stores_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "platform"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."merchant_stores" ADD CONSTRAINT "merchant_stores_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."oauth_records" ADD CONSTRAINT "oauth_records_installation_id_installations_id_fk" FOREIGN KEY ("installation_id") REFERENCES "platform"."installations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_log_by_app" ON "platform"."audit_log" USING btree ("app_id","sequence");--> statement-breakpoint
CREATE INDEX "audit_log_by_store" ON "platform"."audit_log" USING btree ("store_id","sequence");--> statement-breakpoint
CREATE INDEX "merchant_stores_by_store" ON "platform"."merchant_stores" USING btree ("store_id");--> statement-breakpoint
CREATE INDEX "oauth_records_by_uid" ON "platform"."oauth_records" USING btree ("uid_hash");--> statement-breakpoint
CREATE INDEX "oauth_records_by_grant" ON "platform"."oauth_records" USING btree ("grant_hash");--> statement-breakpoint
CREATE INDEX "oauth_records_by_installation" ON "platform"."oauth_records" USING btree ("installation_id");--> statement-breakpoint
CREATE INDEX "oauth_records_by_expiry" ON "platform"."oauth_records" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD CONSTRAINT "apps_owner_store_id_stores_id_fk" FOREIGN KEY ("owner_store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."installations" ADD CONSTRAINT "installations_reviewed_by_merchants_id_fk" FOREIGN KEY ("reviewed_by") REFERENCES "platform"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_tokens_by_grant" ON "platform"."access_tokens" USING btree ("grant_hash");--> statement-breakpoint
CREATE INDEX "access_tokens_by_expiry" ON "platform"."access_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "installations_living" ON "platform"."installations" USING btree ("store_id","app_id") WHERE removed_at is null;--> statement-breakpoint
ALTER TABLE "platform"."apps" ADD CONSTRAINT "apps_access_token_format" CHECK (access_token_format in ('OPAQUE', 'JWT'));--> statement-breakpoint
CREATE POLICY "uninstall" ON "commerce"."webhooks" AS PERMISSIVE FOR DELETE TO "scopegate_system" USING (true);--> statement-breakpoint
CREATE POLICY "system" ON "platform"."audit_log" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "platform"."merchant_stores" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "platform"."merchants" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "platform"."oauth_records" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);