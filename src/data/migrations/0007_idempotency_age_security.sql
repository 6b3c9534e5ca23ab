-- Keys that are old enough are deleted across stores; what they did is not looked at.
GRANT SELECT (store_id, owner, key, created_at), DELETE ON commerce.idempotency_keys TO scopegate_system;
