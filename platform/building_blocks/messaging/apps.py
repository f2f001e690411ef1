from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "building_blocks.messaging"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"
