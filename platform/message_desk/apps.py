from django.apps import AppConfig


class MessageDeskConfig(AppConfig):
    name = "message_desk"
    default_auto_field = "django.db.models.BigAutoField"
