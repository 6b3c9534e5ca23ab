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
GRANT EXECUTE ON FUNCTION platform.touch_installation(text) TO scopegate_app;--> statement-breakpoint

-- The same look-up, with where the app is sent back to: an app that is to ask for more is told the whole address.
DROP FUNCTION platform.find_access_token(text);--> statement-breakpoint
CREATE FUNCTION platform.find_access_token(token_hash text)
  RETURNS TABLE (
    scope text, granted_scopes text[], expires_at timestamptz, store_id text,
    installation_id text, installed_at timestamptz,
    app_id text, client_id text, app_name text, visibility text, review text, declared_scopes jsonb, redirect_uri text
  )
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$
    SELECT t.scope,
      (SELECT coalesce(array_agg(g.scope ORDER BY g.scope), '{}') FROM platform.grants g WHERE g.installation_id = i.id),
      t.expires_at, i.store_id, i.id, i.installed_at,
      a.id, a.client_id, a.name, a.visibility, a.review, platform.declared_scopes(a.id), a.redirect_uris[1]
    FROM platform.access_tokens t
    JOIN platform.installations i ON i.id = t.installation_id AND i.store_id = t.store_id
    JOIN platform.apps a ON a.id = i.app_id
    WHERE t.hash = token_hash AND t.revoked_at IS NULL AND t.expires_at > now()
      AND i.removed_at IS NULL AND a.review <> 'SUSPENDED'
  $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION platform.find_access_token(text) FROM PUBLIC;--> statement-breakpoint
ALTER FUNCTION platform.find_access_token(text) OWNER TO scopegate_system;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION platform.find_access_token(text) TO scopegate_app;--> statement-breakpoint

-- Takes scopes from an installation, but never one that its app requires. The row says what was granted before and what
-- the app declares; whoever calls judges by it and undoes everything where one of them could not go. No row where there is
-- no such installation. The second statement sees what was committed while the first one waited for the lock.
CREATE FUNCTION platform.withdraw_scopes(installation text, scopes text[])
  RETURNS TABLE (installation_id text, app_name text, granted_before text[], declared_scopes jsonb)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ''
  AS $$
    SELECT FROM platform.installations i WHERE i.id = installation AND i.removed_at IS NULL FOR UPDATE;
    WITH withdrawn AS (
      DELETE FROM platform.grants g USING platform.installations i
      WHERE i.id = installation AND i.removed_at IS NULL AND g.installation_id = i.id AND g.scope = ANY (scopes)
        AND NOT EXISTS (SELECT FROM platform.app_scopes s WHERE s.app_id = i.app_id AND s.scope = g.scope AND s.required)
    )
    SELECT i.id, a.name,
      (SELECT coalesce(array_agg(g.scope ORDER BY g.scope), '{}') FROM platform.grants g WHERE g.installation_id = i.id),
      platform.declared_scopes(a.id)
    FROM platform.installations i JOIN platform.apps a ON a.id = i.app_id
    WHERE i.id = installation AND i.removed_at IS NULL
  $$;--> statement-breakpoint

-- The same for the writer, which reaches the installation of its own session and no other.
CREATE FUNCTION platform.withdraw_own_scopes(scopes text[])
  RETURNS TABLE (installation_id text, app_name text, granted_before text[], declared_scopes jsonb)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ''
  AS $$
    SELECT w.* FROM platform.installations i, platform.withdraw_scopes(i.id, scopes) w
    WHERE i.id = nullif(current_setting('scopegate.installation_id', true), '')
      AND i.store_id = nullif(current_setting('scopegate.store_id', true), '')
  $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION platform.withdraw_scopes(text, text[]), platform.withdraw_own_scopes(text[]) FROM PUBLIC;--> statement-breakpoint
ALTER FUNCTION platform.withdraw_scopes(text, text[]) OWNER TO scopegate_system;--> statement-breakpoint
ALTER FUNCTION platform.withdraw_own_scopes(text[]) OWNER TO scopegate_system;--> statement-breakpoint
GRANT USAGE ON SCHEMA platform TO scopegate_writer;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION platform.withdraw_own_scopes(text[]) TO scopegate_writer;
