-- What 0001 did for the tables of its time.
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

-- The writer changes store data under the same policies. Who did what is written and not read; nothing is deleted but
-- the parts of something that are replaced whole.
GRANT USAGE ON SCHEMA commerce TO scopegate_writer;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA commerce TO scopegate_writer;--> statement-breakpoint
REVOKE INSERT, UPDATE ON commerce.stores FROM scopegate_writer;--> statement-breakpoint
REVOKE SELECT, UPDATE ON commerce.audit_entries, commerce.outbox_events FROM scopegate_writer;--> statement-breakpoint
GRANT DELETE ON commerce.product_variants, commerce.product_members, commerce.pricing_rules, commerce.ab_variants TO scopegate_writer;--> statement-breakpoint
GRANT USAGE ON ALL SEQUENCES IN SCHEMA commerce TO scopegate_writer;--> statement-breakpoint

-- The platform tells webhooks and subscriptions what happened.
GRANT SELECT, UPDATE, DELETE ON commerce.outbox_events TO scopegate_system;--> statement-breakpoint
GRANT SELECT, DELETE ON commerce.idempotency_keys TO scopegate_system;
