CREATE SCHEMA "commerce";
--> statement-breakpoint
CREATE TABLE "commerce"."customer_addresses" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"is_default" boolean NOT NULL,
	"name" text,
	"company" text,
	"address1" text,
	"address2" text,
	"city" text,
	"province" text,
	"postal_code" text,
	"country_code" text,
	"phone" text
);
--> statement-breakpoint
ALTER TABLE "commerce"."customer_addresses" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."customers" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"first_name" text,
	"last_name" text,
	"email" text,
	"email_lower" text collate "C" GENERATED ALWAYS AS (lower(coalesce(email, ''))) STORED NOT NULL,
	"phone" text collate "C",
	"tags" text[] NOT NULL,
	"note" text,
	"metafields" jsonb NOT NULL,
	"account_state" text NOT NULL,
	"locale" text,
	"email_consent_state" text NOT NULL,
	"email_consent_level" text NOT NULL,
	"email_consent_updated_at" timestamp (3) with time zone,
	"sms_consent_state" text NOT NULL,
	"sms_consent_level" text NOT NULL,
	"sms_consent_updated_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "customers_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "customers_store_id_source_id" UNIQUE("store_id","source_id"),
	CONSTRAINT "customers_account_state" CHECK (account_state in ('ENABLED', 'DISABLED', 'INVITED', 'DECLINED')),
	CONSTRAINT "customers_email_consent_state" CHECK (email_consent_state in ('SUBSCRIBED', 'NOT_SUBSCRIBED', 'PENDING', 'UNSUBSCRIBED', 'INVALID', 'REDACTED')),
	CONSTRAINT "customers_email_consent_level" CHECK (email_consent_level in ('SINGLE_OPT_IN', 'CONFIRMED_OPT_IN', 'UNKNOWN')),
	CONSTRAINT "customers_sms_consent_state" CHECK (sms_consent_state in ('SUBSCRIBED', 'NOT_SUBSCRIBED', 'PENDING', 'UNSUBSCRIBED', 'INVALID', 'REDACTED')),
	CONSTRAINT "customers_sms_consent_level" CHECK (sms_consent_level in ('SINGLE_OPT_IN', 'CONFIRMED_OPT_IN', 'UNKNOWN'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."customers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."fulfillment_line_items" (
	"store_id" text collate "C" NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"order_created_at" timestamp (3) with time zone NOT NULL,
	"fulfillment_id" text collate "C" NOT NULL,
	"line_item_id" text collate "C" NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "fulfillment_line_items_fulfillment_id_line_item_id_pk" PRIMARY KEY("fulfillment_id","line_item_id"),
	CONSTRAINT "fulfillment_line_items_quantity" CHECK (quantity > 0)
);
--> statement-breakpoint
ALTER TABLE "commerce"."fulfillment_line_items" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."fulfillments" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"order_created_at" timestamp (3) with time zone NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"status" text NOT NULL,
	"tracking_company" text,
	"tracking_numbers" text[] NOT NULL,
	"tracking_urls" text[] NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "fulfillments_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "fulfillments_store_id_order_id_source_id" UNIQUE("store_id","order_id","source_id"),
	CONSTRAINT "fulfillments_status" CHECK (status in ('DELIVERED', 'FULFILLED', 'UNFULFILLED', 'PARTIALLY_FULFILLED', 'AWAITING_SHIPMENT', 'SCHEDULED', 'ON_HOLD', 'ATTEMPTED_DELIVERY', 'CARRIER_PICKED_UP', 'CONFIRMED', 'DELAYED', 'FAILURE', 'NOT_DELIVERED', 'IN_TRANSIT', 'LABEL_PRINTED', 'LABEL_PURCHASED', 'OUT_FOR_DELIVERY', 'PICKED_UP', 'READY_FOR_PICKUP'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."fulfillments" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."line_items" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"order_created_at" timestamp (3) with time zone NOT NULL,
	"position" integer NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"product_id" text collate "C",
	"variant_id" text collate "C",
	"name" text NOT NULL,
	"variant_title" text,
	"sku" text,
	"image_url" text,
	"quantity" integer NOT NULL,
	"refunded_quantity" integer NOT NULL,
	"currency" text NOT NULL,
	"unit_price" bigint NOT NULL,
	"discount_total" bigint NOT NULL,
	"tax_total" bigint NOT NULL,
	CONSTRAINT "line_items_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "line_items_quantity" CHECK (quantity > 0 and refunded_quantity between 0 and quantity)
);
--> statement-breakpoint
ALTER TABLE "commerce"."line_items" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."orders" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"source_number" text collate "C" NOT NULL,
	"platform" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"cancelled_at" timestamp (3) with time zone,
	"currency" text NOT NULL,
	"subtotal" bigint NOT NULL,
	"discount_total" bigint NOT NULL,
	"shipping_total" bigint NOT NULL,
	"tax_total" bigint NOT NULL,
	"total" bigint NOT NULL,
	"premium_paid" bigint NOT NULL,
	"premium_cost" bigint NOT NULL,
	"premium_discount" bigint NOT NULL,
	"protection_cancelled_at" timestamp (3) with time zone,
	"protection_status" text GENERATED ALWAYS AS (case when premium_cost = 0 then 'UNPROTECTED' when protection_cancelled_at is null then 'PROTECTED' else 'CANCELLED' end) STORED NOT NULL,
	"risk_level" text,
	"financial_status" text NOT NULL,
	"fulfillment_status" text NOT NULL,
	"tags" text[] NOT NULL,
	"customer_id" text collate "C",
	"contact_name" text,
	"contact_email" text,
	"contact_email_lower" text collate "C" GENERATED ALWAYS AS (lower(coalesce(contact_email, ''))) STORED NOT NULL,
	"contact_phone" text,
	"shipping_address" jsonb,
	"billing_address" jsonb,
	"original_order_id" text collate "C",
	CONSTRAINT "orders_store_id_id_created_at" UNIQUE("store_id","id","created_at"),
	CONSTRAINT "orders_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "orders_store_id_source_id" UNIQUE("store_id","source_id"),
	CONSTRAINT "orders_updated_at" CHECK (updated_at >= created_at),
	CONSTRAINT "orders_platform" CHECK (platform in ('SHOPIFY', 'WOOCOMMERCE', 'MAGENTO', 'BIGCOMMERCE', 'API')),
	CONSTRAINT "orders_risk_level" CHECK (risk_level in ('LOW', 'MEDIUM', 'HIGH')),
	CONSTRAINT "orders_financial_status" CHECK (financial_status in ('PENDING', 'AUTHORIZED', 'PARTIALLY_PAID', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED', 'EXPIRED')),
	CONSTRAINT "orders_fulfillment_status" CHECK (fulfillment_status in ('UNFULFILLED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'ON_HOLD', 'SCHEDULED', 'RESTOCKED')),
	CONSTRAINT "orders_protection_status" CHECK (protection_status in ('PROTECTED', 'UNPROTECTED', 'CANCELLED'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."orders" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."product_members" (
	"store_id" text collate "C" NOT NULL,
	"group_id" text collate "C" NOT NULL,
	"product_id" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "product_members_group_id_product_id_pk" PRIMARY KEY("group_id","product_id"),
	CONSTRAINT "product_members_quantity" CHECK (quantity > 0)
);
--> statement-breakpoint
ALTER TABLE "commerce"."product_members" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."product_variants" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"product_id" text collate "C" NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"title" text NOT NULL,
	"sku" text collate "C",
	"price" bigint NOT NULL,
	"currency" text NOT NULL,
	"inventory_tracked" boolean NOT NULL,
	"inventory_quantity" integer,
	"in_stock" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "product_variants_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "product_variants_store_id_source_id" UNIQUE("store_id","source_id"),
	CONSTRAINT "product_variants_inventory" CHECK (inventory_tracked = (inventory_quantity is not null))
);
--> statement-breakpoint
ALTER TABLE "commerce"."product_variants" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."products" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"name_lower" text collate "C" GENERATED ALWAYS AS (lower(name)) STORED NOT NULL,
	"description" text,
	"image_url" text,
	"status" text NOT NULL,
	"kind" text NOT NULL,
	"sku" text collate "C",
	"price" bigint NOT NULL,
	"currency" text NOT NULL,
	"inventory_tracked" boolean NOT NULL,
	"inventory_quantity" integer,
	"in_stock" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "products_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "products_store_id_source_id" UNIQUE("store_id","source_id"),
	CONSTRAINT "products_status" CHECK (status in ('ACTIVE', 'DRAFT', 'ARCHIVED')),
	CONSTRAINT "products_kind" CHECK (kind in ('SIMPLE', 'GROUPED')),
	CONSTRAINT "products_inventory" CHECK (inventory_tracked = (inventory_quantity is not null))
);
--> statement-breakpoint
ALTER TABLE "commerce"."products" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."stores" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"domain" text collate "C" NOT NULL,
	"platform" text NOT NULL,
	"currency" text NOT NULL,
	"timezone" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "stores_domain" UNIQUE("domain"),
	CONSTRAINT "stores_platform" CHECK (platform in ('SHOPIFY', 'WOOCOMMERCE', 'MAGENTO', 'BIGCOMMERCE', 'API'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."stores" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "commerce"."customer_addresses" ADD CONSTRAINT "customer_addresses_customer" FOREIGN KEY ("store_id","customer_id") REFERENCES "commerce"."customers"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD CONSTRAINT "customers_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."fulfillment_line_items" ADD CONSTRAINT "fulfillment_line_items_order" FOREIGN KEY ("store_id","order_id","order_created_at") REFERENCES "commerce"."orders"("store_id","id","created_at") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."fulfillment_line_items" ADD CONSTRAINT "fulfillment_line_items_fulfillment" FOREIGN KEY ("store_id","fulfillment_id") REFERENCES "commerce"."fulfillments"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."fulfillment_line_items" ADD CONSTRAINT "fulfillment_line_items_line_item" FOREIGN KEY ("store_id","line_item_id") REFERENCES "commerce"."line_items"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."fulfillments" ADD CONSTRAINT "fulfillments_order" FOREIGN KEY ("store_id","order_id","order_created_at") REFERENCES "commerce"."orders"("store_id","id","created_at") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."line_items" ADD CONSTRAINT "line_items_order" FOREIGN KEY ("store_id","order_id","order_created_at") REFERENCES "commerce"."orders"("store_id","id","created_at") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."line_items" ADD CONSTRAINT "line_items_product" FOREIGN KEY ("store_id","product_id") REFERENCES "commerce"."products"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."line_items" ADD CONSTRAINT "line_items_variant" FOREIGN KEY ("store_id","variant_id") REFERENCES "commerce"."product_variants"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD CONSTRAINT "orders_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD CONSTRAINT "orders_customer" FOREIGN KEY ("store_id","customer_id") REFERENCES "commerce"."customers"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD CONSTRAINT "orders_original_order" FOREIGN KEY ("store_id","original_order_id") REFERENCES "commerce"."orders"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."product_members" ADD CONSTRAINT "product_members_group" FOREIGN KEY ("store_id","group_id") REFERENCES "commerce"."products"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."product_members" ADD CONSTRAINT "product_members_product" FOREIGN KEY ("store_id","product_id") REFERENCES "commerce"."products"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."product_variants" ADD CONSTRAINT "product_variants_product" FOREIGN KEY ("store_id","product_id") REFERENCES "commerce"."products"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."products" ADD CONSTRAINT "products_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customer_addresses_by_customer" ON "commerce"."customer_addresses" USING btree ("store_id","customer_id","position","id");--> statement-breakpoint
CREATE INDEX "customers_by_created" ON "commerce"."customers" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "customers_by_updated" ON "commerce"."customers" USING btree ("store_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "customers_by_email" ON "commerce"."customers" USING btree ("store_id","email_lower","id");--> statement-breakpoint
CREATE INDEX "customers_by_phone" ON "commerce"."customers" USING btree ("store_id","phone");--> statement-breakpoint
CREATE INDEX "fulfillment_line_items_by_fulfillment" ON "commerce"."fulfillment_line_items" USING btree ("store_id","fulfillment_id","line_item_id");--> statement-breakpoint
CREATE INDEX "fulfillments_by_order" ON "commerce"."fulfillments" USING btree ("store_id","order_id","created_at","id");--> statement-breakpoint
CREATE INDEX "line_items_by_order" ON "commerce"."line_items" USING btree ("store_id","order_id","position","id");--> statement-breakpoint
CREATE INDEX "orders_by_created" ON "commerce"."orders" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_updated" ON "commerce"."orders" USING btree ("store_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_number" ON "commerce"."orders" USING btree ("store_id","source_number","created_at");--> statement-breakpoint
CREATE INDEX "orders_by_contact_email" ON "commerce"."orders" USING btree ("store_id","contact_email_lower","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_contact_email_id" ON "commerce"."orders" USING btree ("store_id","contact_email_lower","id");--> statement-breakpoint
CREATE INDEX "orders_by_customer" ON "commerce"."orders" USING btree ("store_id","customer_id","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_original_order" ON "commerce"."orders" USING btree ("store_id","original_order_id","created_at","id");--> statement-breakpoint
CREATE INDEX "product_members_by_group" ON "commerce"."product_members" USING btree ("store_id","group_id","position","product_id");--> statement-breakpoint
CREATE INDEX "product_variants_by_product" ON "commerce"."product_variants" USING btree ("store_id","product_id","position","id");--> statement-breakpoint
CREATE INDEX "products_by_created" ON "commerce"."products" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "products_by_updated" ON "commerce"."products" USING btree ("store_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "products_by_name" ON "commerce"."products" USING btree ("store_id","name_lower","id");--> statement-breakpoint
CREATE INDEX "products_by_sku" ON "commerce"."products" USING btree ("store_id","sku");--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."customer_addresses" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."customers" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store_and_window" ON "commerce"."fulfillment_line_items" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz)) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz));--> statement-breakpoint
CREATE POLICY "store_and_window" ON "commerce"."fulfillments" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz)) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz));--> statement-breakpoint
CREATE POLICY "store_and_window" ON "commerce"."line_items" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz)) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz));--> statement-breakpoint
CREATE POLICY "store_and_window" ON "commerce"."orders" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz) and updated_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz)) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz) and updated_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."product_members" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."product_variants" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."products" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."stores" AS PERMISSIVE FOR ALL TO public USING (id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "directory" ON "commerce"."stores" AS PERMISSIVE FOR SELECT TO "scopegate_system" USING (true);