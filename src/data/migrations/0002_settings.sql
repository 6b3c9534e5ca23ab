CREATE TABLE "commerce"."ab_tests" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamp (3) with time zone,
	"stopped_at" timestamp (3) with time zone,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ab_tests_store_id_id_kind" UNIQUE("store_id","id","kind"),
	CONSTRAINT "ab_tests_kind" CHECK (kind in ('CART_WIDGET', 'CHECKOUT_WIDGET', 'PRICE')),
	CONSTRAINT "ab_tests_status" CHECK (status in ('DRAFT', 'RUNNING', 'STOPPED')),
	CONSTRAINT "ab_tests_times" CHECK ((status = 'DRAFT') = (started_at is null) and (status = 'STOPPED') = (stopped_at is not null))
);
--> statement-breakpoint
ALTER TABLE "commerce"."ab_tests" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."ab_variant_days" (
	"store_id" text collate "C" NOT NULL,
	"variant_id" text collate "C" NOT NULL,
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"sessions" integer NOT NULL,
	"orders" integer NOT NULL,
	"protected_orders" integer NOT NULL,
	"revenue" bigint NOT NULL,
	"revenue_squares" numeric(38, 0) NOT NULL,
	CONSTRAINT "ab_variant_days_store_id_variant_id_day_currency_pk" PRIMARY KEY("store_id","variant_id","day","currency"),
	CONSTRAINT "ab_variant_days_counts" CHECK (sessions >= orders and orders >= protected_orders and protected_orders >= 0)
);
--> statement-breakpoint
ALTER TABLE "commerce"."ab_variant_days" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."ab_variants" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"test_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"position" integer NOT NULL,
	"key" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"weight" integer NOT NULL,
	"overrides" jsonb NOT NULL,
	CONSTRAINT "ab_variants_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "ab_variants_position" UNIQUE("store_id","test_id","position"),
	CONSTRAINT "ab_variants_key" UNIQUE("store_id","test_id","key"),
	CONSTRAINT "ab_variants_weight" CHECK (weight > 0)
);
--> statement-breakpoint
ALTER TABLE "commerce"."ab_variants" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."claim_settings" (
	"store_id" text collate "C" PRIMARY KEY NOT NULL,
	"filing_days" integer NOT NULL,
	"maximum" bigint NOT NULL,
	"currency" text NOT NULL,
	"accepts_shipping_claims" boolean NOT NULL,
	"accepts_warranty_claims" boolean NOT NULL,
	"requires_signature" boolean NOT NULL,
	"requires_receipt" boolean NOT NULL,
	"closes_after_days" integer NOT NULL,
	"reopens_after_days" integer NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "claim_settings_days" CHECK (filing_days > 0 and closes_after_days > 0 and reopens_after_days > 0),
	CONSTRAINT "claim_settings_maximum" CHECK (maximum > 0)
);
--> statement-breakpoint
ALTER TABLE "commerce"."claim_settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."price_settings" (
	"store_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"enabled" boolean NOT NULL,
	"terms" text NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "price_settings_store_id_kind_pk" PRIMARY KEY("store_id","kind"),
	CONSTRAINT "price_settings_kind" CHECK (kind in ('SHIPPING_INSURANCE', 'WARRANTY', 'EXTENDED_WARRANTY'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."price_settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."store_credit_settings" (
	"store_id" text collate "C" PRIMARY KEY NOT NULL,
	"enabled" boolean NOT NULL,
	"form" text NOT NULL,
	"cap" integer NOT NULL,
	"bonus_type" text,
	"bonus_amount" bigint,
	"currency" text NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "store_credit_settings_form" CHECK (form in ('GIFT_CARD', 'DISCOUNT_CODE', 'ACCOUNT_CREDIT')),
	CONSTRAINT "store_credit_settings_bonus_type" CHECK (bonus_type in ('FIXED', 'PERCENTAGE')),
	CONSTRAINT "store_credit_settings_cap" CHECK (cap between 0 and 10000),
	CONSTRAINT "store_credit_settings_bonus" CHECK ((bonus_type is null) = (bonus_amount is null) and coalesce(bonus_amount, 0) >= 0)
);
--> statement-breakpoint
ALTER TABLE "commerce"."store_credit_settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."store_settings" (
	"store_id" text collate "C" PRIMARY KEY NOT NULL,
	"adds_protection_by_default" boolean NOT NULL,
	"requires_protection" boolean NOT NULL,
	"syncs_tags" boolean NOT NULL,
	"support_url" text,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "commerce"."store_settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."widgets" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"enabled" boolean NOT NULL,
	"checked_by_default" boolean NOT NULL,
	"placement" text NOT NULL,
	"heading" text NOT NULL,
	"body" text NOT NULL,
	"accent_color" text NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "widgets_store_id_kind" UNIQUE("store_id","kind"),
	CONSTRAINT "widgets_kind" CHECK (kind in ('CART', 'CHECKOUT')),
	CONSTRAINT "widgets_placement" CHECK (placement in ('ABOVE_TOTAL', 'BELOW_TOTAL', 'BELOW_BUTTON')),
	CONSTRAINT "widgets_accent_color" CHECK (accent_color ~ '^#[0-9a-f]{6}$')
);
--> statement-breakpoint
ALTER TABLE "commerce"."widgets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "commerce"."ab_tests" ADD CONSTRAINT "ab_tests_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."ab_variant_days" ADD CONSTRAINT "ab_variant_days_variant" FOREIGN KEY ("store_id","variant_id") REFERENCES "commerce"."ab_variants"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."ab_variants" ADD CONSTRAINT "ab_variants_test" FOREIGN KEY ("store_id","test_id","kind") REFERENCES "commerce"."ab_tests"("store_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."claim_settings" ADD CONSTRAINT "claim_settings_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."price_settings" ADD CONSTRAINT "price_settings_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."store_credit_settings" ADD CONSTRAINT "store_credit_settings_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."store_settings" ADD CONSTRAINT "store_settings_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."widgets" ADD CONSTRAINT "widgets_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ab_tests_by_created" ON "commerce"."ab_tests" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "ab_tests_running" ON "commerce"."ab_tests" USING btree ("store_id","kind") WHERE status = 'RUNNING';--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."ab_tests" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."ab_variant_days" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."ab_variants" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."claim_settings" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."price_settings" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."store_credit_settings" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."store_settings" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."widgets" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));