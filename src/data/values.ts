/**
 * The closed sets that columns and GraphQL enums share. The database checks them, so a value that
 * is not listed never reaches a row.
 */

export const PLATFORMS = ['SHOPIFY', 'WOOCOMMERCE', 'MAGENTO', 'BIGCOMMERCE', 'API'] as const;

export const RISK_LEVELS = ['LOW', 'MEDIUM', 'HIGH'] as const;

export const FINANCIAL_STATUSES = [
  'PENDING',
  'AUTHORIZED',
  'PARTIALLY_PAID',
  'PAID',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'VOIDED',
  'EXPIRED',
] as const;

export const ORDER_FULFILLMENT_STATUSES = [
  'UNFULFILLED',
  'PARTIALLY_FULFILLED',
  'FULFILLED',
  'ON_HOLD',
  'SCHEDULED',
  'RESTOCKED',
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
] as const;

export const ACCOUNT_STATES = ['ENABLED', 'DISABLED', 'INVITED', 'DECLINED'] as const;

export const CONSENT_STATES = [
  'SUBSCRIBED',
  'NOT_SUBSCRIBED',
  'PENDING',
  'UNSUBSCRIBED',
  'INVALID',
  'REDACTED',
] as const;

export const OPT_IN_LEVELS = ['SINGLE_OPT_IN', 'CONFIRMED_OPT_IN', 'UNKNOWN'] as const;

export const PRODUCT_STATUSES = ['ACTIVE', 'DRAFT', 'ARCHIVED'] as const;

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
