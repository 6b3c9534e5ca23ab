CREATE TABLE "commerce"."ab_tests" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamp (3) with time zone,
	"stopped_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
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
CREATE TABLE "commerce"."imports" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"file" text NOT NULL,
	"digest" text collate "C" NOT NULL,
	"size" bigint NOT NULL,
	"byte_offset" bigint NOT NULL,
	"lines" integer NOT NULL,
	"report_bytes" bigint NOT NULL,
	"tally" jsonb NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "imports_progress" CHECK (byte_offset between 0 and size and lines >= 0 and report_bytes >= 0)
);
--> statement-breakpoint
ALTER TABLE "commerce"."imports" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
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
	"version" integer DEFAULT 1 NOT NULL,
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
	"version" integer DEFAULT 1 NOT NULL,
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
	"version" integer DEFAULT 1 NOT NULL,
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
	"version" integer DEFAULT 1 NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "commerce"."store_settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
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
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "widgets_store_id_kind" UNIQUE("store_id","kind"),
	CONSTRAINT "widgets_kind" CHECK (kind in ('CART', 'CHECKOUT')),
	CONSTRAINT "widgets_placement" CHECK (placement in ('ABOVE_TOTAL', 'BELOW_TOTAL', 'BELOW_BUTTON')),
	CONSTRAINT "widgets_accent_color" CHECK (accent_color ~ '^#[0-9a-f]{6}$')
);
--> statement-breakpoint
ALTER TABLE "commerce"."widgets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
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
ALTER TABLE "commerce"."customers" DROP CONSTRAINT "customers_account_state";--> statement-breakpoint
ALTER TABLE "commerce"."customers" DROP CONSTRAINT "customers_email_consent_state";--> statement-breakpoint
ALTER TABLE "commerce"."customers" DROP CONSTRAINT "customers_sms_consent_state";--> statement-breakpoint
ALTER TABLE "commerce"."discount_applications" DROP CONSTRAINT "discount_applications_target";--> statement-breakpoint
ALTER TABLE "commerce"."discount_applications" DROP CONSTRAINT "discount_applications_value_type";--> statement-breakpoint
ALTER TABLE "commerce"."discounts" DROP CONSTRAINT "discounts_method";--> statement-breakpoint
ALTER TABLE "commerce"."discounts" DROP CONSTRAINT "discounts_target";--> statement-breakpoint
ALTER TABLE "commerce"."discounts" DROP CONSTRAINT "discounts_value_type";--> statement-breakpoint
ALTER TABLE "commerce"."fulfillments" DROP CONSTRAINT "fulfillments_status";--> statement-breakpoint
ALTER TABLE "commerce"."orders" DROP CONSTRAINT "orders_platform";--> statement-breakpoint
ALTER TABLE "commerce"."orders" DROP CONSTRAINT "orders_risk_level";--> statement-breakpoint
ALTER TABLE "commerce"."orders" DROP CONSTRAINT "orders_financial_status";--> statement-breakpoint
ALTER TABLE "commerce"."orders" DROP CONSTRAINT "orders_fulfillment_status";--> statement-breakpoint
ALTER TABLE "commerce"."products" DROP CONSTRAINT "products_status";--> statement-breakpoint
ALTER TABLE "commerce"."stores" DROP CONSTRAINT "stores_platform";--> statement-breakpoint
ALTER TABLE "commerce"."claim_resolutions" ADD COLUMN "paid_by" text DEFAULT 'PROTECTION' NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."claim_resolutions" ADD COLUMN "bonus" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."claims" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."fulfillments" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."product_variants" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "commerce"."product_variants" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."products" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "commerce"."products" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "commerce"."quotes" ADD COLUMN "order_id" text collate "C";--> statement-breakpoint
ALTER TABLE "commerce"."quotes" ADD COLUMN "order_created_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "commerce"."ab_tests" ADD CONSTRAINT "ab_tests_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."ab_variant_days" ADD CONSTRAINT "ab_variant_days_variant" FOREIGN KEY ("store_id","variant_id") REFERENCES "commerce"."ab_variants"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."ab_variants" ADD CONSTRAINT "ab_variants_test" FOREIGN KEY ("store_id","test_id","kind") REFERENCES "commerce"."ab_tests"("store_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."imports" ADD CONSTRAINT "imports_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."claim_settings" ADD CONSTRAINT "claim_settings_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."price_settings" ADD CONSTRAINT "price_settings_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."store_credit_settings" ADD CONSTRAINT "store_credit_settings_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."store_settings" ADD CONSTRAINT "store_settings_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."webhook_secrets" ADD CONSTRAINT "webhook_secrets_webhook" FOREIGN KEY ("store_id","webhook_id") REFERENCES "commerce"."webhooks"("store_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."webhooks" ADD CONSTRAINT "webhooks_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."widgets" ADD CONSTRAINT "widgets_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."audit_entries" ADD CONSTRAINT "audit_entries_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."idempotency_keys" ADD CONSTRAINT "idempotency_keys_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."outbox_events" ADD CONSTRAINT "outbox_events_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ab_tests_by_created" ON "commerce"."ab_tests" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "ab_tests_running" ON "commerce"."ab_tests" USING btree ("store_id","kind") WHERE status = 'RUNNING';--> statement-breakpoint
CREATE INDEX "imports_by_store" ON "commerce"."imports" USING btree ("store_id","started_at");--> statement-breakpoint
CREATE INDEX "webhook_secrets_by_webhook" ON "commerce"."webhook_secrets" USING btree ("store_id","webhook_id","created_at");--> statement-breakpoint
CREATE INDEX "webhooks_by_created" ON "commerce"."webhooks" USING btree ("store_id","owner","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_by_entity" ON "commerce"."audit_entries" USING btree ("store_id","entity_id","sequence");--> statement-breakpoint
CREATE INDEX "outbox_events_waiting" ON "commerce"."outbox_events" USING btree ("sequence") WHERE dispatched_at is null;--> statement-breakpoint
ALTER TABLE "commerce"."quotes" ADD CONSTRAINT "quotes_order" FOREIGN KEY ("store_id","order_id","order_created_at") REFERENCES "commerce"."orders"("store_id","id","created_at") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "claim_resolutions_by_created" ON "commerce"."claim_resolutions" USING btree ("store_id","created_at","id");--> statement-breakpoint
ALTER TABLE "commerce"."claim_resolutions" ADD CONSTRAINT "claim_resolutions_paid_by" CHECK (paid_by in ('PROTECTION', 'BRAND'));--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD CONSTRAINT "customers_account_state" CHECK (account_state in ('ENABLED', 'DISABLED', 'INVITED', 'DECLINED', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD CONSTRAINT "customers_email_consent_state" CHECK (email_consent_state in ('SUBSCRIBED', 'NOT_SUBSCRIBED', 'PENDING', 'UNSUBSCRIBED', 'INVALID', 'REDACTED', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD CONSTRAINT "customers_sms_consent_state" CHECK (sms_consent_state in ('SUBSCRIBED', 'NOT_SUBSCRIBED', 'PENDING', 'UNSUBSCRIBED', 'INVALID', 'REDACTED', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."discount_applications" ADD CONSTRAINT "discount_applications_target" CHECK (target in ('LINE_ITEM', 'SHIPPING', 'ORDER', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."discount_applications" ADD CONSTRAINT "discount_applications_value_type" CHECK (value_type in ('PERCENTAGE', 'FIXED_AMOUNT', 'FREE_SHIPPING', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."discounts" ADD CONSTRAINT "discounts_method" CHECK (method in ('CODE', 'AUTOMATIC', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."discounts" ADD CONSTRAINT "discounts_target" CHECK (target in ('LINE_ITEM', 'SHIPPING', 'ORDER', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."discounts" ADD CONSTRAINT "discounts_value_type" CHECK (value_type in ('PERCENTAGE', 'FIXED_AMOUNT', 'FREE_SHIPPING', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."fulfillments" ADD CONSTRAINT "fulfillments_status" CHECK (status in ('DELIVERED', 'FULFILLED', 'UNFULFILLED', 'PARTIALLY_FULFILLED', 'AWAITING_SHIPMENT', 'SCHEDULED', 'ON_HOLD', 'ATTEMPTED_DELIVERY', 'CARRIER_PICKED_UP', 'CONFIRMED', 'DELAYED', 'FAILURE', 'NOT_DELIVERED', 'IN_TRANSIT', 'LABEL_PRINTED', 'LABEL_PURCHASED', 'OUT_FOR_DELIVERY', 'PICKED_UP', 'READY_FOR_PICKUP', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD CONSTRAINT "orders_platform" CHECK (platform in ('SHOPIFY', 'WOOCOMMERCE', 'MAGENTO', 'BIGCOMMERCE', 'API', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD CONSTRAINT "orders_risk_level" CHECK (risk_level in ('LOW', 'MEDIUM', 'HIGH', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD CONSTRAINT "orders_financial_status" CHECK (financial_status in ('PENDING', 'AUTHORIZED', 'PARTIALLY_PAID', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED', 'EXPIRED', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD CONSTRAINT "orders_fulfillment_status" CHECK (fulfillment_status in ('UNFULFILLED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'ON_HOLD', 'SCHEDULED', 'RESTOCKED', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."products" ADD CONSTRAINT "products_status" CHECK (status in ('ACTIVE', 'DRAFT', 'ARCHIVED', 'UNKNOWN'));--> statement-breakpoint
ALTER TABLE "commerce"."quotes" ADD CONSTRAINT "quotes_order_whole" CHECK ((order_id is null) = (order_created_at is null));--> statement-breakpoint
ALTER TABLE "commerce"."stores" ADD CONSTRAINT "stores_platform" CHECK (platform in ('SHOPIFY', 'WOOCOMMERCE', 'MAGENTO', 'BIGCOMMERCE', 'API', 'UNKNOWN'));--> statement-breakpoint
CREATE POLICY "deleted" ON "commerce"."product_variants" AS PERMISSIVE FOR ALL TO "scopegate_writer" USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "deleted" ON "commerce"."products" AS PERMISSIVE FOR ALL TO "scopegate_writer" USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."ab_tests" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."ab_variant_days" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."ab_variants" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."imports" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."claim_settings" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."price_settings" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."store_credit_settings" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."store_settings" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "own" ON "commerce"."webhook_secrets" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), '')));--> statement-breakpoint
CREATE POLICY "delivery" ON "commerce"."webhook_secrets" AS PERMISSIVE FOR SELECT TO "scopegate_system" USING (true);--> statement-breakpoint
CREATE POLICY "own" ON "commerce"."webhooks" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), '')));--> statement-breakpoint
CREATE POLICY "delivery" ON "commerce"."webhooks" AS PERMISSIVE FOR SELECT TO "scopegate_system" USING (true);--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."widgets" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."audit_entries" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "own" ON "commerce"."idempotency_keys" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and owner = (select nullif(current_setting('scopegate.owner', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."outbox_events" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "dispatch" ON "commerce"."outbox_events" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
ALTER POLICY "store" ON "commerce"."product_variants" TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and deleted_at is null) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
ALTER POLICY "store" ON "commerce"."products" TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and deleted_at is null) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));