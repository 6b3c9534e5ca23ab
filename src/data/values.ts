import type { Scope } from '../scopes/catalogue.ts';

/**
 * What stands for a value of the merchant's platform that this API does not know yet. The sets that have it repeat the
 * platform's words; a platform may learn new ones at any time. The others are this API's own, and complete.
 */
export const UNKNOWN = 'UNKNOWN';

/**
 * The sets that columns and GraphQL enums share. The database checks them, so that a value that
 * is not listed never reaches a row.
 */

export const PLATFORMS = [
  'SHOPIFY',
  'WOOCOMMERCE',
  'MAGENTO',
  'BIGCOMMERCE',
  'API',
  UNKNOWN,
] as const;

export const RISK_LEVELS = ['LOW', 'MEDIUM', 'HIGH', UNKNOWN] as const;

export const FINANCIAL_STATUSES = [
  'PENDING',
  'AUTHORIZED',
  'PARTIALLY_PAID',
  'PAID',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'VOIDED',
  'EXPIRED',
  UNKNOWN,
] as const;

export const ORDER_FULFILLMENT_STATUSES = [
  'UNFULFILLED',
  'PARTIALLY_FULFILLED',
  'FULFILLED',
  'ON_HOLD',
  'SCHEDULED',
  'RESTOCKED',
  UNKNOWN,
] as const;

export const PROTECTION_STATUSES = ['PROTECTED', 'UNPROTECTED', 'CANCELLED'] as const;

export const FULFILLMENT_STATUSES = [
  'DELIVERED',
  'FULFILLED',
  'UNFULFILLED',
  'PARTIALLY_FULFILLED',
  'AWAITING_SHIPMENT',
  'SCHEDULED',
  'ON_HOLD',
  'ATTEMPTED_DELIVERY',
  'CARRIER_PICKED_UP',
  'CONFIRMED',
  'DELAYED',
  'FAILURE',
  'NOT_DELIVERED',
  'IN_TRANSIT',
  'LABEL_PRINTED',
  'LABEL_PURCHASED',
  'OUT_FOR_DELIVERY',
  'PICKED_UP',
  'READY_FOR_PICKUP',
  UNKNOWN,
] as const;

export const ACCOUNT_STATES = ['ENABLED', 'DISABLED', 'INVITED', 'DECLINED', UNKNOWN] as const;

export const CONSENT_STATES = [
  'SUBSCRIBED',
  'NOT_SUBSCRIBED',
  'PENDING',
  'UNSUBSCRIBED',
  'INVALID',
  'REDACTED',
  UNKNOWN,
] as const;

export const OPT_IN_LEVELS = ['SINGLE_OPT_IN', 'CONFIRMED_OPT_IN', UNKNOWN] as const;

export const PRODUCT_STATUSES = ['ACTIVE', 'DRAFT', 'ARCHIVED', UNKNOWN] as const;

export const PRODUCT_KINDS = ['SIMPLE', 'GROUPED'] as const;

/** A postal address, as stored on an order. Every part may be missing on the merchant's platform. */
export interface PostalAddress {
  readonly name: string | null;
  readonly company: string | null;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly city: string | null;
  readonly province: string | null;
  readonly postalCode: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string | null;
  readonly phone: string | null;
}

/** A custom field that the merchant's platform keeps about a customer. */
export interface Metafield {
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
}

export const CLAIM_STATES = [
  'NEW',
  'OPEN',
  'COMMUNICATING',
  'WAITING_FOR_OP',
  'WAITING_FOR_BRAND',
  'WAITING_FOR_CUSTOMER',
  'APPROVED',
  'DENIED',
  'RESOLVED',
  'RESOLVED_BY_BRAND',
  'DISMISSED',
  'TEMPORARILY_DISMISSED',
  'CLOSED',
  'ARCHIVED',
] as const;

export const CLAIM_TYPES = [
  'DAMAGED',
  'DEFECTIVE_ITEM',
  'MISSING_ITEM',
  'MULTIPLE',
  'ORDER_DELIVERED_NOT_RECEIVED',
  'RETURNED_TO_SENDER',
  'STOLEN',
  'WRONG_ITEM',
  'TRACKING_NOT_MOVING',
  'WRONG_ADDRESS',
] as const;

export const CLAIM_SOURCES = ['EXTERNAL', 'INTERNAL'] as const;

export const REQUESTED_RESOLUTIONS = ['RESHIP', 'REFUND', 'STORE_CREDIT'] as const;

export const RESOLUTION_TYPES = ['RESHIP', 'REFUND', 'STORE_CREDIT', 'FLAT_RATE'] as const;

export const DENIAL_REASONS = [
  'ADDRESS_TYPO',
  'CUSTOMER_RESPONDED',
  'EXPIRED30',
  'FOLLOW_UP',
  'INSUFFICIENT_SHIPPER',
  'NOT_COVERED',
  'NO_RESPONSE',
  'OTHER',
  'PACKAGE_ARRIVED',
  'PHOTO_VERIFIED',
  'THRESHOLD_REACHED',
  'ALREADY_REFUNDED',
  'ALREADY_REPLACED',
  'POTENTIAL_FRAUD',
] as const;

export const MESSAGE_SENDERS = ['CUSTOMER', 'BRAND', 'PLATFORM'] as const;

/** A picture or document that came with a claim's message. */
export interface ClaimMedia {
  readonly url: string;
  readonly contentType: string;
  readonly description: string | null;
}

export const POLICY_KINDS = ['SHIPPING_INSURANCE', 'WARRANTY', 'EXTENDED_WARRANTY'] as const;

export const POLICY_STATUSES = ['ACTIVE', 'CANCELLED', 'CLAIMED', 'EXPIRED'] as const;

export const PAYERS = ['CUSTOMER', 'BRAND'] as const;

/** Who bears what is paid for a claim: the protection, or the merchant, who needs no approval and no protection for it. */
export const BEARERS = ['PROTECTION', 'BRAND'] as const;

export const AMOUNT_TYPES = ['FIXED', 'PERCENTAGE'] as const;

/** A line of the cart that a quote was asked for. */
export interface CartLine {
  readonly sourceProductId: string;
  readonly sourceVariantId: string | null;
  readonly quantity: number;
  /** In whole minor units of the quote's currency, as text. */
  readonly unitPrice: string;
}

export const DISCOUNT_METHODS = ['CODE', 'AUTOMATIC', UNKNOWN] as const;

export const DISCOUNT_VALUE_TYPES = [
  'PERCENTAGE',
  'FIXED_AMOUNT',
  'FREE_SHIPPING',
  UNKNOWN,
] as const;

export const DISCOUNT_TARGETS = ['LINE_ITEM', 'SHIPPING', 'ORDER', UNKNOWN] as const;

export const APP_VISIBILITIES = ['PUBLIC', 'PRIVATE'] as const;

export const APP_REVIEWS = ['DRAFT', 'PENDING', 'APPROVED', 'REJECTED', 'SUSPENDED'] as const;

export const ACCESS_TOKEN_FORMATS = ['OPAQUE', 'JWT'] as const;

/** What the platform's own log tells of. */
export const AUDIT_ACTIONS = [
  'app.register',
  'app.change',
  'app.review',
  'app.approve',
  'app.reject',
  'app.suspend',
  'app.rotate_secret',
  'installation.consent',
  'installation.withdraw',
  'installation.uninstall',
  'merchant.register',
  'merchant.set_password',
  'merchant.add_store',
  'merchant.remove_store',
  'merchant.disable',
  'merchant.enable',
  'store.register',
] as const;

export const WIDGET_KINDS = ['CART', 'CHECKOUT'] as const;

export const WIDGET_PLACEMENTS = ['ABOVE_TOTAL', 'BELOW_TOTAL', 'BELOW_BUTTON'] as const;

export const STORE_CREDIT_FORMS = ['GIFT_CARD', 'DISCOUNT_CODE', 'ACCOUNT_CREDIT'] as const;

export const AB_TEST_KINDS = ['CART_WIDGET', 'CHECKOUT_WIDGET', 'PRICE'] as const;

export const AB_TEST_STATUSES = ['DRAFT', 'RUNNING', 'STOPPED'] as const;

const any = (...scopes: readonly Scope[]) => ({
  $any: Object.fromEntries(scopes.map((scope) => [scope, true as const])),
});

/** What happens in a store and can be told to an app, each with the scopes that reading it takes. */
export const EVENT_TOPICS = {
  'order.created': { read_orders: true },
  'order.updated': { read_orders: true },
  'order.cancelled': { read_orders: true },
  'fulfillment.created': { read_orders: true },
  'fulfillment.updated': { read_orders: true },
  'protection.added': { read_orders: true },
  'protection.removed': { read_orders: true },
  'policy.updated': any('list_policies', 'read_policies'),
  'claim.created': { read_claims: true },
  'claim.updated': { read_claims: true },
  'claim.approved': { read_claims: true },
  'claim.denied': { read_claims: true },
  'claim.resolved': { read_claims: true },
  'claim.dismissed': { read_claims: true },
  'claim.closed': { read_claims: true },
  'claim.archived': { read_claims: true },
  'claim.reopened': { read_claims: true },
  'message.created': { read_claims: true },
  'customer.updated': { read_customers: true },
  'product.created': { read_products: true },
  'product.updated': { read_products: true },
  'product.deleted': { read_products: true },
  'cart_widget.created': { read_widget_cart: true },
  'cart_widget.updated': { read_widget_cart: true },
  'checkout_widget.created': { read_widget_checkout: true },
  'checkout_widget.updated': { read_widget_checkout: true },
  'ab_test.created': { read_ab_tests: true },
  'ab_test.updated': { read_ab_tests: true },
  'ab_test.started': { read_ab_tests: true },
  'ab_test.stopped': { read_ab_tests: true },
  'store_credit_settings.created': { read_store_credit_settings: true },
  'store_credit_settings.updated': { read_store_credit_settings: true },
  'shipping_insurance_pricing.created': { read_shipping_insurance_pricing: true },
  'shipping_insurance_pricing.updated': { read_shipping_insurance_pricing: true },
  'warranty_pricing.created': { read_warranty_pricing: true },
  'warranty_pricing.updated': { read_warranty_pricing: true },
  'extended_warranty_pricing.created': { read_extended_warranty_pricing: true },
  'extended_warranty_pricing.updated': { read_extended_warranty_pricing: true },
} as const;

export type EventTopic = keyof typeof EVENT_TOPICS;
