-- No scope writes these, so no mutation does.
REVOKE INSERT, UPDATE ON commerce.store_settings, commerce.claim_settings FROM scopegate_writer;
