-- Row-level security binds the tables' owner too.
ALTER TABLE platform.merchants FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE platform.merchant_stores FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE platform.oauth_records FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE platform.audit_log FORCE ROW LEVEL SECURITY;--> statement-breakpoint

GRANT SELECT, INSERT, UPDATE, DELETE ON platform.merchants, platform.merchant_stores, platform.oauth_records TO scopegate_system;--> statement-breakpoint
-- What was done is not undone.
GRANT SELECT, INSERT ON platform.audit_log TO scopegate_system;--> statement-breakpoint
-- Webhooks of an app that was uninstalled; their secrets go with them by the foreign key.
GRANT DELETE ON commerce.webhooks TO scopegate_system;--> statement-breakpoint

-- Says that an installation is in use. Written when five minutes have passed, so that reading stays reading.
CREATE FUNCTION platform.touch_installation(installation text)
  RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ''
  AS $$
    UPDATE platform.installations SET last_used_at = now()
    WHERE id = installation AND removed_at IS NULL
      AND (last_used_at IS NULL OR last_used_at < now() - interval '5 minutes')
  $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION platform.touch_installation(text) FROM PUBLIC;--> statement-breakpoint
ALTER FUNCTION platform.touch_installation(text) OWNER TO scopegate_system;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION platform.touch_installation(text) TO scopegate_app;
