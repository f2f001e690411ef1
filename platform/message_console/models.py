"""Operators' interventions: a table in every context's schema, so that a record commits with the change."""

from django.db import models


class Intervention(models.Model):
    """A message that an operator replayed, parked or discarded; inserted once, never changed."""

    class What(models.TextChoices):
        REPLAYED = "replayed"
        PARKED = "parked"
        DISCARDED = "discarded"

    at = models.DateTimeField()
    who = models.CharField(max_length=254)
    what = models.CharField(max_length=10, choices=What)
    why = models.TextField(blank=True)
    message_id = models.UUIDField()
    subject = models.CharField(max_length=100)
    handler = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="intervention_has_reason", condition=models.Q(what="replayed") | ~models.Q(why__regex=r"^\s*$")
            ),
        )

        indexes = (
            models.Index(fields=["message_id"], name="intervention_message"),
            models.Index(fields=["subject"], name="intervention_subject"),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.message_id}"

    @property
    def summary(self) -> str:
        """What was done, by whom, and the reason if there is one."""
        return f"{self.what.capitalize()} by {self.who}" + (f": {self.why}" if self.why else "")
