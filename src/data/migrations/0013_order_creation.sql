-- The order window goes by when an order was created on the merchant's platform: nobody moves an order into it. A
-- column grant would not do, because rows that are written in bulk name every column, changed or not.
CREATE FUNCTION commerce.refuse_other_creation() RETURNS trigger
  LANGUAGE plpgsql SET search_path = ''
  AS $$
  BEGIN
    RAISE EXCEPTION 'When an order was created cannot be changed.' USING ERRCODE = 'restrict_violation';
  END
  $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION commerce.refuse_other_creation() FROM PUBLIC;--> statement-breakpoint
CREATE TRIGGER orders_creation BEFORE UPDATE OF created_at ON commerce.orders
  FOR EACH ROW WHEN (old.created_at IS DISTINCT FROM new.created_at)
  EXECUTE FUNCTION commerce.refuse_other_creation();
