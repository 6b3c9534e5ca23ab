-- Row-level security binds the tables' owner too: seeding and importing say which store they mean.
DO $$
DECLARE target regclass;
BEGIN
  FOR target IN
    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('commerce', 'platform') AND c.relkind = 'r'
  LOOP
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  END LOOP;
END $$;--> statement-breakpoint

-- The app role reads store data under the policies, and of the platform's tables its own installation.
GRANT USAGE ON SCHEMA commerce TO scopegate_app, scopegate_system;--> statement-breakpoint
GRANT SELECT ON ALL TABLES IN SCHEMA commerce TO scopegate_app;--> statement-breakpoint
GRANT SELECT ON commerce.stores TO scopegate_system;--> statement-breakpoint
GRANT USAGE ON SCHEMA platform TO scopegate_app;--> statement-breakpoint
GRANT USAGE, CREATE ON SCHEMA platform TO scopegate_system;--> statement-breakpoint
GRANT SELECT ON platform.installations, platform.grants TO scopegate_app;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA platform TO scopegate_system;--> statement-breakpoint

-- What the app role may learn beyond that is one row by its exact name, through the functions here.
CREATE FUNCTION platform.resolve_store(reference text)
  RETURNS TABLE (id text, name text, domain text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$ SELECT s.id, s.name, s.domain FROM commerce.stores s WHERE s.id = reference OR s.domain = reference $$;--> statement-breakpoint

CREATE FUNCTION platform.declared_scopes(app text)
  RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('scope', s.scope, 'required', s.required) ORDER BY s.scope), '[]')
    FROM platform.app_scopes s WHERE s.app_id = app
  $$;--> statement-breakpoint

-- A token that is revoked or expired, of a removed installation or of a suspended app, is no row.
CREATE FUNCTION platform.find_access_token(token_hash text)
  RETURNS TABLE (
    scope text, granted_scopes text[], expires_at timestamptz, store_id text,
    installation_id text, installed_at timestamptz,
    app_id text, client_id text, app_name text, visibility text, review text, declared_scopes jsonb
  )
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$
    SELECT t.scope,
      (SELECT coalesce(array_agg(g.scope ORDER BY g.scope), '{}') FROM platform.grants g WHERE g.installation_id = i.id),
      t.expires_at, i.store_id, i.id, i.installed_at,
      a.id, a.client_id, a.name, a.visibility, a.review, platform.declared_scopes(a.id)
    FROM platform.access_tokens t
    JOIN platform.installations i ON i.id = t.installation_id AND i.store_id = t.store_id
    JOIN platform.apps a ON a.id = i.app_id
    WHERE t.hash = token_hash AND t.revoked_at IS NULL AND t.expires_at > now()
      AND i.removed_at IS NULL AND a.review <> 'SUSPENDED'
  $$;--> statement-breakpoint

-- The app that a client of an external issuer is linked to, with its installation in the store, if any.
CREATE FUNCTION platform.find_linked_app(token_issuer text, token_client_id text, token_store_id text)
  RETURNS TABLE (
    installation_id text, installed_at timestamptz,
    app_id text, app_name text, visibility text, review text, declared_scopes jsonb
  )
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$
    SELECT i.id, i.installed_at, a.id, a.name, a.visibility, a.review, platform.declared_scopes(a.id)
    FROM platform.client_links l
    JOIN platform.apps a ON a.id = l.app_id
    LEFT JOIN platform.installations i
      ON i.app_id = a.id AND i.store_id = token_store_id AND i.removed_at IS NULL
    WHERE l.issuer = token_issuer AND l.client_id = token_client_id
    ORDER BY i.installed_at DESC NULLS LAST LIMIT 1
  $$;--> statement-breakpoint

DO $$
DECLARE target regprocedure;
BEGIN
  FOR target IN
    SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'platform'
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', target);
    EXECUTE format('ALTER FUNCTION %s OWNER TO scopegate_system', target);
  END LOOP;
END $$;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION platform.resolve_store(text), platform.find_access_token(text), platform.find_linked_app(text, text, text) TO scopegate_app;
