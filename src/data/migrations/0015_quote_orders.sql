ALTER TABLE "commerce"."quotes" ADD COLUMN "order_id" text collate "C";--> statement-breakpoint
ALTER TABLE "commerce"."quotes" ADD COLUMN "order_created_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "commerce"."quotes" ADD CONSTRAINT "quotes_order" FOREIGN KEY ("store_id","order_id","order_created_at") REFERENCES "commerce"."orders"("store_id","id","created_at") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commerce"."quotes" ADD CONSTRAINT "quotes_order_whole" CHECK ((order_id is null) = (order_created_at is null));