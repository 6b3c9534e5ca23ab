CREATE TABLE "commerce"."imports" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"store_id" text collate "C" NOT NULL,
	"file" text NOT NULL,
	"digest" text collate "C" NOT NULL,
	"size" bigint NOT NULL,
	"byte_offset" bigint NOT NULL,
	"lines" integer NOT NULL,
	"report_bytes" bigint NOT NULL,
	"tally" jsonb NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "imports_progress" CHECK (byte_offset between 0 and size and lines >= 0 and report_bytes >= 0)
);
--> statement-breakpoint
ALTER TABLE "commerce"."imports" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "commerce"."imports" ADD CONSTRAINT "imports_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "commerce"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "imports_by_store" ON "commerce"."imports" USING btree ("store_id","started_at");--> statement-breakpoint
CREATE POLICY "store" ON "commerce"."imports" AS PERMISSIVE FOR ALL TO public USING (store_id = (select nullif(current_setting('scopegate.store_id', true), ''))) WITH CHECK (store_id = (select nullif(current_setting('scopegate.store_id', true), '')));