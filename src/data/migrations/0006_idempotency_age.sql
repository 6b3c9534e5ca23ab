CREATE INDEX "idempotency_keys_by_age" ON "commerce"."idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE POLICY "age" ON "commerce"."idempotency_keys" AS PERMISSIVE FOR SELECT TO "scopegate_system" USING (true);--> statement-breakpoint
CREATE POLICY "sweep" ON "commerce"."idempotency_keys" AS PERMISSIVE FOR DELETE TO "scopegate_system" USING (true);