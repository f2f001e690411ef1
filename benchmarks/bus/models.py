"""The row that each handled message inserts: in the receiver's schema, and for comparison in the sender's."""

from django.db import models


class Effect(models.Model):
    message = models.UUIDField()

    objects: "models.Manager[Effect]" = models.Manager()  # annotated, because this app is not in the shop's settings

    def __str__(self) -> str:
        return str(self.message)
