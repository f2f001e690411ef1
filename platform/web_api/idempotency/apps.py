from django.apps import AppConfig

from messaging.housekeeping import housekeeping


class IdempotencyConfig(AppConfig):
    name = "web_api.idempotency"
    label = "idempotency"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from web_api.idempotency.retention import delete_used_keys

        housekeeping(delete_used_keys)
