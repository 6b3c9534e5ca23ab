CREATE SCHEMA "commerce";
--> statement-breakpoint
CREATE SCHEMA "platform";
--> statement-breakpoint
CREATE TABLE "platform"."access_tokens" (
	"hash" text collate "C" PRIMARY KEY NOT NULL,
	"installation_id" text collate "C" NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"scope" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "platform"."access_tokens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "platform"."app_scopes" (
	"app_id" text collate "C" NOT NULL,
	"scope" text collate "C" NOT NULL,
	"required" boolean NOT NULL,
	CONSTRAINT "app_scopes_app_id_scope_pk" PRIMARY KEY("app_id","scope")
);
--> statement-breakpoint
ALTER TABLE "platform"."app_scopes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "platform"."apps" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"client_id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"visibility" text NOT NULL,
	"review" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "apps_client_id" UNIQUE("client_id"),
	CONSTRAINT "apps_visibility" CHECK (visibility in ('PUBLIC', 'PRIVATE')),
	CONSTRAINT "apps_review" CHECK (review in ('DRAFT', 'PENDING', 'APPROVED', 'REJECTED', 'SUSPENDED'))
);
--> statement-breakpoint
ALTER TABLE "platform"."apps" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "platform"."client_links" (
	"issuer" text collate "C" NOT NULL,
	"client_id" text collate "C" NOT NULL,
	"app_id" text collate "C" NOT NULL,
	CONSTRAINT "client_links_issuer_client_id_pk" PRIMARY KEY("issuer","client_id")
);
--> statement-breakpoint
ALTER TABLE "platform"."client_links" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "platform"."grants" (
	"installation_id" text collate "C" NOT NULL,
	"scope" text collate "C" NOT NULL,
	"granted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "grants_installation_id_scope_pk" PRIMARY KEY("installation_id","scope")
);
--> statement-breakpoint
ALTER TABLE "platform"."grants" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "platform"."installations" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"app_id" text collate "C" NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"installed_at" timestamp (3) with time zone NOT NULL,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "installations_store_id_id" UNIQUE("store_id","id")
);
--> statement-breakpoint
ALTER TABLE "platform"."installations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."claim_items" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"claim_id" text collate "C" NOT NULL,
	"line_item_id" text collate "C" NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "claim_items_quantity" CHECK (quantity > 0)
);
--> statement-breakpoint
ALTER TABLE "commerce"."claim_items" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."claim_messages" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"claim_id" text collate "C" NOT NULL,
	"sender" text NOT NULL,
	"author_name" text,
	"body" text NOT NULL,
	"media" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "claim_messages_sender" CHECK (sender in ('CUSTOMER', 'BRAND', 'PLATFORM'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."claim_messages" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."claim_resolutions" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"claim_id" text collate "C" NOT NULL,
	"type" text NOT NULL,
	"details" text,
	"currency" text NOT NULL,
	"paid_value" bigint NOT NULL,
	"includes_shipping" boolean NOT NULL,
	"shipping_amount" bigint NOT NULL,
	"shipping_address" jsonb,
	"issued_code" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "claim_resolutions_type" CHECK (type in ('RESHIP', 'REFUND', 'STORE_CREDIT', 'FLAT_RATE'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."claim_resolutions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."claims" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"order_created_at" timestamp (3) with time zone NOT NULL,
	"policy_id" text collate "C",
	"customer_id" text collate "C",
	"type" text,
	"state" text NOT NULL,
	"filed_from" text NOT NULL,
	"description" text NOT NULL,
	"requested_resolution" text NOT NULL,
	"denial_reason" text,
	"author_name" text,
	"author_email" text,
	"author_email_lower" text collate "C" GENERATED ALWAYS AS (lower(coalesce(author_email, ''))) STORED NOT NULL,
	"signature_url" text,
	"resolved_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "claims_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "claims_type" CHECK (type in ('DAMAGED', 'DEFECTIVE_ITEM', 'MISSING_ITEM', 'MULTIPLE', 'ORDER_DELIVERED_NOT_RECEIVED', 'RETURNED_TO_SENDER', 'STOLEN', 'WRONG_ITEM', 'TRACKING_NOT_MOVING', 'WRONG_ADDRESS')),
	CONSTRAINT "claims_state" CHECK (state in ('NEW', 'OPEN', 'COMMUNICATING', 'WAITING_FOR_OP', 'WAITING_FOR_BRAND', 'WAITING_FOR_CUSTOMER', 'APPROVED', 'DENIED', 'RESOLVED', 'RESOLVED_BY_BRAND', 'DISMISSED', 'TEMPORARILY_DISMISSED', 'CLOSED', 'ARCHIVED')),
	CONSTRAINT "claims_filed_from" CHECK (filed_from in ('EXTERNAL', 'INTERNAL')),
	CONSTRAINT "claims_requested_resolution" CHECK (requested_resolution in ('RESHIP', 'REFUND', 'STORE_CREDIT')),
	CONSTRAINT "claims_denial_reason" CHECK (denial_reason in ('ADDRESS_TYPO', 'CUSTOMER_RESPONDED', 'EXPIRED30', 'FOLLOW_UP', 'INSUFFICIENT_SHIPPER', 'NOT_COVERED', 'NO_RESPONSE', 'OTHER', 'PACKAGE_ARRIVED', 'PHOTO_VERIFIED', 'THRESHOLD_REACHED', 'ALREADY_REFUNDED', 'ALREADY_REPLACED', 'POTENTIAL_FRAUD'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."claims" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
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
CREATE TABLE "commerce"."discount_applications" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"order_created_at" timestamp (3) with time zone NOT NULL,
	"position" integer NOT NULL,
	"discount_id" text collate "C",
	"title" text NOT NULL,
	"code" text,
	"target" text NOT NULL,
	"value_type" text NOT NULL,
	"percentage" integer,
	"amount" bigint,
	"currency" text NOT NULL,
	"total" bigint NOT NULL,
	CONSTRAINT "discount_applications_target" CHECK (target in ('LINE_ITEM', 'SHIPPING', 'ORDER')),
	CONSTRAINT "discount_applications_value_type" CHECK (value_type in ('PERCENTAGE', 'FIXED_AMOUNT', 'FREE_SHIPPING')),
	CONSTRAINT "discount_applications_value" CHECK (case value_type when 'PERCENTAGE' then percentage is not null and amount is null
  when 'FIXED_AMOUNT' then amount is not null and percentage is null
  else percentage is null and amount is null end)
);
--> statement-breakpoint
ALTER TABLE "commerce"."discount_applications" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."discounts" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"title" text NOT NULL,
	"summary" text NOT NULL,
	"method" text NOT NULL,
	"codes" text[] NOT NULL,
	"target" text NOT NULL,
	"value_type" text NOT NULL,
	"percentage" integer,
	"amount" bigint,
	"currency" text NOT NULL,
	"applies_once_per_customer" boolean NOT NULL,
	"usage_limit" integer,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "discounts_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "discounts_store_id_source_id" UNIQUE("store_id","source_id"),
	CONSTRAINT "discounts_method" CHECK (method in ('CODE', 'AUTOMATIC')),
	CONSTRAINT "discounts_target" CHECK (target in ('LINE_ITEM', 'SHIPPING', 'ORDER')),
	CONSTRAINT "discounts_value_type" CHECK (value_type in ('PERCENTAGE', 'FIXED_AMOUNT', 'FREE_SHIPPING')),
	CONSTRAINT "discounts_value" CHECK (case value_type when 'PERCENTAGE' then percentage is not null and amount is null
  when 'FIXED_AMOUNT' then amount is not null and percentage is null
  else percentage is null and amount is null end)
);
--> statement-breakpoint
ALTER TABLE "commerce"."discounts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
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
CREATE TABLE "commerce"."policies" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"order_created_at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"currency" text NOT NULL,
	"premium" bigint NOT NULL,
	"paid_by" text NOT NULL,
	"insured_value" bigint NOT NULL,
	"coverage" text NOT NULL,
	"terms" text NOT NULL,
	"effective_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"cancelled_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "policies_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "policies_kind" CHECK (kind in ('SHIPPING_INSURANCE', 'WARRANTY', 'EXTENDED_WARRANTY')),
	CONSTRAINT "policies_status" CHECK (status in ('ACTIVE', 'CANCELLED', 'CLAIMED', 'EXPIRED')),
	CONSTRAINT "policies_paid_by" CHECK (paid_by in ('CUSTOMER', 'BRAND'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."policies" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
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
CREATE TABLE "commerce"."pricing_rules" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"position" integer NOT NULL,
	"currency" text NOT NULL,
	"minimum" bigint NOT NULL,
	"maximum" bigint,
	"paid_by" text NOT NULL,
	"amount_type" text NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "pricing_rules_position" UNIQUE("store_id","kind","position"),
	CONSTRAINT "pricing_rules_kind" CHECK (kind in ('SHIPPING_INSURANCE', 'WARRANTY', 'EXTENDED_WARRANTY')),
	CONSTRAINT "pricing_rules_paid_by" CHECK (paid_by in ('CUSTOMER', 'BRAND')),
	CONSTRAINT "pricing_rules_amount_type" CHECK (amount_type in ('FIXED', 'PERCENTAGE')),
	CONSTRAINT "pricing_rules_range" CHECK (minimum >= 0 and (maximum is null or maximum > minimum))
);
--> statement-breakpoint
ALTER TABLE "commerce"."pricing_rules" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "commerce"."quotes" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"lines" jsonb NOT NULL,
	"currency" text NOT NULL,
	"subtotal" bigint NOT NULL,
	"premium" bigint NOT NULL,
	"paid_by" text NOT NULL,
	"rule_id" text collate "C" NOT NULL,
	"ab_variant" text,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "quotes_store_id_id" UNIQUE("store_id","id"),
	CONSTRAINT "quotes_paid_by" CHECK (paid_by in ('CUSTOMER', 'BRAND'))
);
--> statement-breakpoint
ALTER TABLE "commerce"."quotes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
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
ALTER TABLE "platform"."access_tokens" ADD CONSTRAINT "access_tokens_installation" FOREIGN KEY ("store_id","installation_id") REFERENCES "platform"."installations"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."app_scopes" ADD CONSTRAINT "app_scopes_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "platform"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."client_links" ADD CONSTRAINT "client_links_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "platform"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."grants" ADD CONSTRAINT "grants_installation_id_installations_id_fk" FOREIGN KEY ("installation_id") REFERENCES "platform"."installations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."installations" ADD CONSTRAINT "installations_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "platform"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."installations" ADD CONSTRAINT "installations_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."claim_items" ADD CONSTRAINT "claim_items_claim" FOREIGN KEY ("store_id","claim_id") REFERENCES "commerce"."claims"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."claim_items" ADD CONSTRAINT "claim_items_line_item" FOREIGN KEY ("store_id","line_item_id") REFERENCES "commerce"."line_items"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."claim_messages" ADD CONSTRAINT "claim_messages_claim" FOREIGN KEY ("store_id","claim_id") REFERENCES "commerce"."claims"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."claim_resolutions" ADD CONSTRAINT "claim_resolutions_claim" FOREIGN KEY ("store_id","claim_id") REFERENCES "commerce"."claims"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."claims" ADD CONSTRAINT "claims_order" FOREIGN KEY ("store_id","order_id","order_created_at") REFERENCES "commerce"."orders"("store_id","id","created_at") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."claims" ADD CONSTRAINT "claims_policy" FOREIGN KEY ("store_id","policy_id") REFERENCES "commerce"."policies"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."claims" ADD CONSTRAINT "claims_customer" FOREIGN KEY ("store_id","customer_id") REFERENCES "commerce"."customers"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."customer_addresses" ADD CONSTRAINT "customer_addresses_customer" FOREIGN KEY ("store_id","customer_id") REFERENCES "commerce"."customers"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD CONSTRAINT "customers_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."discount_applications" ADD CONSTRAINT "discount_applications_order" FOREIGN KEY ("store_id","order_id","order_created_at") REFERENCES "commerce"."orders"("store_id","id","created_at") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."discount_applications" ADD CONSTRAINT "discount_applications_discount" FOREIGN KEY ("store_id","discount_id") REFERENCES "commerce"."discounts"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."discounts" ADD CONSTRAINT "discounts_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
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
ALTER TABLE "commerce"."policies" ADD CONSTRAINT "policies_order" FOREIGN KEY ("store_id","order_id","order_created_at") REFERENCES "commerce"."orders"("store_id","id","created_at") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."product_members" ADD CONSTRAINT "product_members_group" FOREIGN KEY ("store_id","group_id") REFERENCES "commerce"."products"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."product_members" ADD CONSTRAINT "product_members_product" FOREIGN KEY ("store_id","product_id") REFERENCES "commerce"."products"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."product_variants" ADD CONSTRAINT "product_variants_product" FOREIGN KEY ("store_id","product_id") REFERENCES "commerce"."products"("store_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."products" ADD CONSTRAINT "products_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."pricing_rules" ADD CONSTRAINT "pricing_rules_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."quotes" ADD CONSTRAINT "quotes_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_tokens_by_installation" ON "platform"."access_tokens" USING btree ("installation_id");--> statement-breakpoint
CREATE INDEX "installations_by_store" ON "platform"."installations" USING btree ("store_id","app_id");--> statement-breakpoint
CREATE INDEX "claim_items_by_claim" ON "commerce"."claim_items" USING btree ("store_id","claim_id","id");--> statement-breakpoint
CREATE INDEX "claim_items_by_line_item" ON "commerce"."claim_items" USING btree ("store_id","line_item_id","id");--> statement-breakpoint
CREATE INDEX "claim_messages_by_claim" ON "commerce"."claim_messages" USING btree ("store_id","claim_id","created_at","id");--> statement-breakpoint
CREATE INDEX "claim_resolutions_by_claim" ON "commerce"."claim_resolutions" USING btree ("store_id","claim_id","created_at","id");--> statement-breakpoint
CREATE INDEX "claims_by_created" ON "commerce"."claims" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "claims_by_updated" ON "commerce"."claims" USING btree ("store_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "claims_by_state" ON "commerce"."claims" USING btree ("store_id","state","created_at","id");--> statement-breakpoint
CREATE INDEX "claims_by_state_updated" ON "commerce"."claims" USING btree ("store_id","state","updated_at","id");--> statement-breakpoint
CREATE INDEX "claims_by_author_email" ON "commerce"."claims" USING btree ("store_id","author_email_lower","created_at","id");--> statement-breakpoint
CREATE INDEX "claims_by_order" ON "commerce"."claims" USING btree ("store_id","order_id","created_at","id");--> statement-breakpoint
CREATE INDEX "claims_by_policy" ON "commerce"."claims" USING btree ("store_id","policy_id","created_at","id");--> statement-breakpoint
CREATE INDEX "claims_by_customer" ON "commerce"."claims" USING btree ("store_id","customer_id","created_at","id");--> statement-breakpoint
CREATE INDEX "customer_addresses_by_customer" ON "commerce"."customer_addresses" USING btree ("store_id","customer_id","position","id");--> statement-breakpoint
CREATE INDEX "customers_by_created" ON "commerce"."customers" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "customers_by_updated" ON "commerce"."customers" USING btree ("store_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "customers_by_email" ON "commerce"."customers" USING btree ("store_id","email_lower","id");--> statement-breakpoint
CREATE INDEX "customers_by_phone" ON "commerce"."customers" USING btree ("store_id","phone");--> statement-breakpoint
CREATE INDEX "discount_applications_by_order" ON "commerce"."discount_applications" USING btree ("store_id","order_id","position","id");--> statement-breakpoint
CREATE INDEX "discount_applications_by_discount" ON "commerce"."discount_applications" USING btree ("store_id","discount_id","order_created_at","id");--> statement-breakpoint
CREATE INDEX "discounts_by_created" ON "commerce"."discounts" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "fulfillment_line_items_by_fulfillment" ON "commerce"."fulfillment_line_items" USING btree ("store_id","fulfillment_id","line_item_id");--> statement-breakpoint
CREATE INDEX "fulfillments_by_order" ON "commerce"."fulfillments" USING btree ("store_id","order_id","created_at","id");--> statement-breakpoint
CREATE INDEX "line_items_by_product" ON "commerce"."line_items" USING btree ("store_id","product_id","order_created_at","id");--> statement-breakpoint
CREATE INDEX "line_items_by_order" ON "commerce"."line_items" USING btree ("store_id","order_id","position","id");--> statement-breakpoint
CREATE INDEX "orders_by_created" ON "commerce"."orders" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_updated" ON "commerce"."orders" USING btree ("store_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_number" ON "commerce"."orders" USING btree ("store_id","source_number","created_at");--> statement-breakpoint
CREATE INDEX "orders_by_contact_email" ON "commerce"."orders" USING btree ("store_id","contact_email_lower","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_contact_email_id" ON "commerce"."orders" USING btree ("store_id","contact_email_lower","id");--> statement-breakpoint
CREATE INDEX "orders_by_customer" ON "commerce"."orders" USING btree ("store_id","customer_id","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_original_order" ON "commerce"."orders" USING btree ("store_id","original_order_id","created_at","id");--> statement-breakpoint
CREATE INDEX "policies_by_created" ON "commerce"."policies" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "policies_by_order" ON "commerce"."policies" USING btree ("store_id","order_id","created_at","id");--> statement-breakpoint
CREATE INDEX "product_members_by_group" ON "commerce"."product_members" USING btree ("store_id","group_id","position","product_id");--> statement-breakpoint
CREATE INDEX "product_variants_by_product" ON "commerce"."product_variants" USING btree ("store_id","product_id","position","id");--> statement-breakpoint
CREATE INDEX "products_by_created" ON "commerce"."products" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "products_by_updated" ON "commerce"."products" USING btree ("store_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "products_by_name" ON "commerce"."products" USING btree ("store_id","name_lower","id");--> statement-breakpoint
CREATE INDEX "products_by_sku" ON "commerce"."products" USING btree ("store_id","sku");--> statement-breakpoint
CREATE INDEX "quotes_by_created" ON "commerce"."quotes" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE POLICY "system" ON "platform"."access_tokens" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "platform"."app_scopes" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "platform"."apps" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "platform"."client_links" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "platform"."grants" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own" ON "platform"."grants" AS PERMISSIVE FOR SELECT TO "scopegate_app" USING (installation_id = (select nullif(current_setting('scopegate.installation_id', true), '')));--> statement-breakpoint
CREATE POLICY "system" ON "platform"."installations" AS PERMISSIVE FOR ALL TO "scopegate_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own" ON "platform"."installations" AS PERMISSIVE FOR SELECT TO "scopegate_app" USING (id = (select nullif(current_setting('scopegate.installation_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."claim_items" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."claim_messages" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."claim_resolutions" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."claims" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."customer_addresses" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."customers" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store_and_window" ON "commerce"."discount_applications" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz)) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."discounts" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store_and_window" ON "commerce"."fulfillment_line_items" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz)) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz));--> statement-breakpoint
CREATE POLICY "store_and_window" ON "commerce"."fulfillments" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz)) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz));--> statement-breakpoint
CREATE POLICY "store_and_window" ON "commerce"."line_items" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz)) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and order_created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz));--> statement-breakpoint
CREATE POLICY "store_and_window" ON "commerce"."orders" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz) and updated_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz)) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')) and created_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz) and updated_at >= (select nullif(current_setting('scopegate.orders_since', true), '')::timestamptz));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."policies" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."product_members" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."product_variants" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."products" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."pricing_rules" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."quotes" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."stores" AS PERMISSIVE FOR ALL TO public USING (id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (id = (select nullif(current_setting('scopegate.store_id', true), '')));--> statement-breakpoint
CREATE POLICY "directory" ON "commerce"."stores" AS PERMISSIVE FOR SELECT TO "scopegate_system" USING (true);