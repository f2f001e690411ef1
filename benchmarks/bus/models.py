"""The one row that each message leaves behind: in the receiver's schema, and for comparison in the sender's."""

from django.db import models


class Effect(models.Model):
    message = models.UUIDField()

    objects: "models.Manager[Effect]" = models.Manager()  # said, as the shop's settings do not know this app

    def __str__(self) -> str:
        return str(self.message)
