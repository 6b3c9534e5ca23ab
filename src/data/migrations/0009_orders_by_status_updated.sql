CREATE INDEX "claims_by_type_updated" ON "commerce"."claims" USING btree ("store_id","type","updated_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_financial_status_updated" ON "commerce"."orders" USING btree ("store_id","financial_status","updated_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_fulfillment_status_updated" ON "commerce"."orders" USING btree ("store_id","fulfillment_status","updated_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_protection_status_updated" ON "commerce"."orders" USING btree ("store_id","protection_status","updated_at","id");