"""What people did with messages: a table in every context's schema, so that it commits with what they changed."""

from django.db import models


class Intervention(models.Model):
    """One message that somebody replayed, parked or discarded; written once, never changed."""

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
        """Who did what, and why where they said so."""
        return f"{self.what.capitalize()} by {self.who}" + (f": {self.why}" if self.why else "")
