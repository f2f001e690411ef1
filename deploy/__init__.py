"""What the containers need beside the shop itself: see docker-compose.yml. Nothing of Django belongs here."""
