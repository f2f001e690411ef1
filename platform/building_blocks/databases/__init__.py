"""One database alias, schema and login per context: routing, checks, asking how it is. No tables of its own."""
