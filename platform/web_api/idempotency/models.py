"""The table of used keys, which every context has in its schema; `keys` reads and writes it."""

from django.db import models


class UsedKey(models.Model):
    """A key, the fingerprint of its request, and the id of its result."""

    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    result_id = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once"),)

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
