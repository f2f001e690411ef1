from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "building_blocks.idempotency"
    label = "idempotency"
    default_auto_field = "django.db.models.BigAutoField"
