"""Using an idempotency key: look it up before the work, claim it in the transaction of the work."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from building_blocks.databases.inserting import insert
from building_blocks.databases.transactions import open_transaction_alias
from building_blocks.digests import digest
from building_blocks.refusals import Refusal
from web_api.idempotency.models import UsedKey


class KeyUsedForAnotherRequest(Refusal):
    code = "idempotency_key_reused"
    kind = "invalid"


class KeyAlreadyUsed(Exception):
    """Raised where the same request has had its effect; the transaction must not go on."""

    def __init__(self, result_id: UUID) -> None:
        super().__init__(str(result_id))
        self.result_id = result_id


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """
    :param scope: whose key it is; the same key of somebody else is another.
    :param key: the client's own word, up to 255 characters.
    :param fingerprint: what tells one request body from another.
    """

    scope: str
    key: str
    fingerprint: str

    @classmethod
    def of(cls, *, scope: str, key: str, body: Any) -> "IdempotencyKey":
        canonical = msgspec.json.encode(body, order="deterministic")
        return cls(
            scope=digest(scope),
            key=key,
            fingerprint=hashlib.sha256(canonical).hexdigest(),
        )

    def result(self, alias: str) -> UUID | None:
        """
        Return what an earlier request with this key made, or nothing where there was none.

        :raises KeyUsedForAnotherRequest: it had another body.
        """
        row = self._rows(alias).first()
        if row is None:
            return None
        if row.fingerprint != self.fingerprint:
            raise KeyUsedForAnotherRequest("This Idempotency-Key was used for another request: send a new one.")
        return row.result_id

    def claim(self, result_id: UUID, *, now: datetime) -> None:
        """
        Use the key up, in the transaction that makes the result; a rival transaction is waited for.

        :raises KeyAlreadyUsed: the rival, or an earlier request, has made a result.
        :raises KeyUsedForAnotherRequest: that one had another body.
        """
        alias = open_transaction_alias()
        row = UsedKey(scope=self.scope, key=self.key, fingerprint=self.fingerprint, result_id=result_id, created_at=now)
        insert(alias, [row], ignore_conflict_on=("scope", "key"))
        used = self.result(alias)
        assert used is not None  # noqa: S101 - either insert has put it there
        if used != result_id:
            raise KeyAlreadyUsed(used)

    def _rows(self, alias: str) -> QuerySet[UsedKey]:
        return UsedKey.objects.using(alias).filter(scope=self.scope, key=self.key)
