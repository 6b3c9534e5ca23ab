CREATE INDEX "claims_by_type" ON "commerce"."claims" USING btree ("store_id","type","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_financial_status" ON "commerce"."orders" USING btree ("store_id","financial_status","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_fulfillment_status" ON "commerce"."orders" USING btree ("store_id","fulfillment_status","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_protection_status" ON "commerce"."orders" USING btree ("store_id","protection_status","created_at","id");