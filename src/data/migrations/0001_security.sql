-- Row-level security binds the tables' owner too: seeding and importing say which store they mean.
ALTER TABLE commerce.stores FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.customers FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.customer_addresses FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.products FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.product_variants FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.product_members FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.orders FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.line_items FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.fulfillments FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.fulfillment_line_items FORCE ROW LEVEL SECURITY;--> statement-breakpoint

-- The app role reads store data under the policies, and nothing else.
GRANT USAGE ON SCHEMA commerce TO scopegate_app, scopegate_system;--> statement-breakpoint
GRANT SELECT ON ALL TABLES IN SCHEMA commerce TO scopegate_app;--> statement-breakpoint
GRANT SELECT ON commerce.stores TO scopegate_system;--> statement-breakpoint

-- What the app role may learn across stores is one row by its exact name, through functions here.
CREATE SCHEMA platform AUTHORIZATION scopegate_system;--> statement-breakpoint
GRANT USAGE ON SCHEMA platform TO scopegate_app;--> statement-breakpoint
CREATE FUNCTION platform.resolve_store(reference text)
  RETURNS TABLE (id text, name text, domain text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$ SELECT s.id, s.name, s.domain FROM commerce.stores s WHERE s.id = reference OR s.domain = reference $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION platform.resolve_store(text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION platform.resolve_store(text) TO scopegate_app;--> statement-breakpoint
ALTER FUNCTION platform.resolve_store(text) OWNER TO scopegate_system;
