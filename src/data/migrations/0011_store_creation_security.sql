-- The platform connects stores. It changes none of them and takes none away.
GRANT INSERT ON commerce.stores TO scopegate_system;
