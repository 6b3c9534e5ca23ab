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
ALTER TABLE "commerce"."stores" ADD CONSTRAINT "stores_platform" CHECK (platform in ('SHOPIFY', 'WOOCOMMERCE', 'MAGENTO', 'BIGCOMMERCE', 'API', 'UNKNOWN'));