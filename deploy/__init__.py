"""Files for the containers in addition to the shop: see docker-compose.yml. Nothing of Django belongs here."""
