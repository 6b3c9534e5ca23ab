-- Row-level security binds the tables' owner too.
ALTER TABLE commerce.webhooks FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE commerce.webhook_secrets FORCE ROW LEVEL SECURITY;--> statement-breakpoint

GRANT SELECT ON commerce.webhooks TO scopegate_app;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON commerce.webhooks TO scopegate_writer;--> statement-breakpoint

-- A secret is written and never read again, but by the platform when it delivers. The app role has nothing of it.
GRANT INSERT, DELETE, SELECT (id, store_id, owner, webhook_id, created_at, expires_at), UPDATE (expires_at)
  ON commerce.webhook_secrets TO scopegate_writer;--> statement-breakpoint
GRANT SELECT ON commerce.webhooks, commerce.webhook_secrets TO scopegate_system;
