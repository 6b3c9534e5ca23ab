-- Row-level security binds the tables' owner too.
ALTER TABLE commerce.imports FORCE ROW LEVEL SECURITY;--> statement-breakpoint

GRANT SELECT, INSERT, UPDATE ON commerce.imports TO scopegate_writer;--> statement-breakpoint

-- A newer file has no longer what these say of the thing they are part of. All else is kept.
GRANT DELETE ON commerce.customer_addresses, commerce.line_items, commerce.fulfillment_line_items, commerce.discount_applications,
  commerce.claim_items TO scopegate_writer;
