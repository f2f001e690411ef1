"""One database alias, schema and login per context: routing, transactions, provisioning. No tables of its own."""
