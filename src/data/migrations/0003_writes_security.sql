-- Row-level security binds the tables' owner too.
DO $$
DECLARE target regclass;
BEGIN
  FOR target IN
    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('commerce', 'platform') AND c.relkind = 'r' AND NOT c.relforcerowsecurity
  LOOP
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  END LOOP;
END $$;--> statement-breakpoint

-- What queries read. What writes leave behind for the platform is not among it.
GRANT SELECT ON commerce.store_settings, commerce.claim_settings, commerce.price_settings, commerce.store_credit_settings,
  commerce.widgets, commerce.ab_tests, commerce.ab_variants, commerce.ab_variant_days, commerce.webhooks TO scopegate_app;--> statement-breakpoint

-- The writer changes store data under the same policies.
GRANT USAGE ON SCHEMA commerce TO scopegate_writer;--> statement-breakpoint
GRANT USAGE ON ALL SEQUENCES IN SCHEMA commerce TO scopegate_writer;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA commerce TO scopegate_writer;--> statement-breakpoint
-- No scope writes these, so no mutation does.
REVOKE INSERT, UPDATE ON commerce.stores, commerce.store_settings, commerce.claim_settings FROM scopegate_writer;--> statement-breakpoint
-- Who did what is written and not read.
REVOKE SELECT, UPDATE ON commerce.audit_entries, commerce.outbox_events FROM scopegate_writer;--> statement-breakpoint
-- A secret is written and never read again, but by the platform when it delivers.
REVOKE ALL ON commerce.webhook_secrets FROM scopegate_writer;--> statement-breakpoint
GRANT INSERT, DELETE, SELECT (id, store_id, owner, webhook_id, created_at, expires_at), UPDATE (expires_at)
  ON commerce.webhook_secrets TO scopegate_writer;--> statement-breakpoint
-- Deleted is only what is part of something that is replaced whole, by a mutation or by a newer file of an import.
GRANT DELETE ON commerce.product_variants, commerce.product_members, commerce.pricing_rules, commerce.ab_variants, commerce.webhooks,
  commerce.customer_addresses, commerce.line_items, commerce.fulfillment_line_items, commerce.discount_applications,
  commerce.claim_items TO scopegate_writer;--> statement-breakpoint

-- The platform tells webhooks and subscriptions what happened.
GRANT SELECT, UPDATE, DELETE ON commerce.outbox_events TO scopegate_system;--> statement-breakpoint
GRANT SELECT ON commerce.webhooks, commerce.webhook_secrets TO scopegate_system;--> statement-breakpoint

-- The order window goes by when an order was created on the merchant's platform: nobody moves an order into it. A
-- column grant would not do, because rows that are written in bulk name every column, changed or not.
CREATE FUNCTION commerce.refuse_other_creation() RETURNS trigger
  LANGUAGE plpgsql SET search_path = ''
  AS $$
  BEGIN
    RAISE EXCEPTION 'When an order was created cannot be changed.' USING ERRCODE = 'restrict_violation';
  END
  $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION commerce.refuse_other_creation() FROM PUBLIC;--> statement-breakpoint
CREATE TRIGGER orders_creation BEFORE UPDATE OF created_at ON commerce.orders
  FOR EACH ROW WHEN (old.created_at IS DISTINCT FROM new.created_at)
  EXECUTE FUNCTION commerce.refuse_other_creation();
