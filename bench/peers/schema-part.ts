/**
 * The part of the gateway's schema that the operations ask for, with the same scopes at the same places. What it takes
 * to reach a type is said at the type, so that no path to it can forget it.
 */
export const TYPE_DEFS = /* GraphQL */ `
  scalar DateTime
  scalar Decimal
  scalar CurrencyCode

  type Query {
    order(id: ID!): Order @requiresScopes(scopes: [["read_orders"]])
    orders(first: Int = 25): OrderConnection @requiresScopes(scopes: [["read_orders"]])
  }

  type Order @requiresScopes(scopes: [["read_orders"]]) {
    id: ID!
    sourceNumber: String!
    createdAt: DateTime!
    financialStatus: OrderFinancialStatus!
    fulfillmentStatus: OrderFulfillmentStatus!
    total: Money!
    customer: Customer @requiresScopes(scopes: [["read_customers"]])
    lineItems(first: Int = 25): LineItemConnection!
    claims(first: Int = 25): ClaimConnection @requiresScopes(scopes: [["read_claims"]])
  }

  type OrderConnection @requiresScopes(scopes: [["read_orders"]]) {
    nodes: [Order!]!
    pageInfo: PageInfo!
  }

  type LineItemConnection @requiresScopes(scopes: [["read_orders"]]) {
    nodes: [LineItem!]!
  }

  type ClaimConnection @requiresScopes(scopes: [["read_claims"]]) {
    nodes: [Claim!]!
  }

  type PageInfo {
    hasNextPage: Boolean!
  }

  type Money {
    amount: Decimal!
    currencyCode: CurrencyCode!
  }

  type Customer @requiresScopes(scopes: [["read_customers"]]) {
    id: ID!
    firstName: String
    lastName: String
    email: String
  }

  type LineItem @requiresScopes(scopes: [["read_orders"]]) {
    id: ID!
    name: String!
    sku: String
    quantity: Int!
    unitPrice: Money!
    product: Product @requiresScopes(scopes: [["read_products"]])
  }

  type Product @requiresScopes(scopes: [["read_products"]]) {
    id: ID!
    name: String!
    kind: ProductKind!
    status: ProductStatus!
  }

  type Claim @requiresScopes(scopes: [["read_claims"]]) {
    id: ID!
    type: ClaimType
    state: ClaimState!
    createdAt: DateTime!
  }

  enum OrderFinancialStatus {
    AUTHORIZED EXPIRED PAID PARTIALLY_PAID PARTIALLY_REFUNDED PENDING REFUNDED UNKNOWN VOIDED
  }
  enum OrderFulfillmentStatus {
    FULFILLED ON_HOLD PARTIALLY_FULFILLED RESTOCKED SCHEDULED UNFULFILLED UNKNOWN
  }
  enum ProductKind { GROUPED SIMPLE }
  enum ProductStatus { ACTIVE ARCHIVED DRAFT UNKNOWN }
  enum ClaimType {
    DAMAGED DEFECTIVE_ITEM MISSING_ITEM MULTIPLE ORDER_DELIVERED_NOT_RECEIVED RETURNED_TO_SENDER STOLEN
    TRACKING_NOT_MOVING WRONG_ADDRESS WRONG_ITEM
  }
  enum ClaimState {
    APPROVED ARCHIVED CLOSED COMMUNICATING DENIED DISMISSED NEW OPEN RESOLVED RESOLVED_BY_BRAND
    TEMPORARILY_DISMISSED WAITING_FOR_BRAND WAITING_FOR_CUSTOMER WAITING_FOR_OP
  }
`;

/** What the directive is called and where it may stand. */
export const SCOPES_DIRECTIVE =
  'directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT';
