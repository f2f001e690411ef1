"""The wiring of messaging: the dispatcher deletes old messages."""

from django.apps import AppConfig

from messaging.housekeeping import housekeeping


class MessagingConfig(AppConfig):
    name = "messaging"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from messaging.retention import delete_finished

        housekeeping(delete_finished)
