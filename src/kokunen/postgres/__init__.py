"""The database server, embedded or a real one by ``DATABASE_URL``; its roles and secrets."""
