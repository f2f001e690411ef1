"""Using an idempotency key: look it up before the effect, claim it in the transaction of the effect."""

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
    """Raised if the same request has had its effect already. The transaction must not continue."""

    def __init__(self, result_id: UUID) -> None:
        super().__init__(str(result_id))
        self.result_id = result_id


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """
    The key of one request, with what is needed to recognise the same request later.

    :param scope: digest of the shopper and the operation; the same text in another scope is another key.
    :param key: the text that the client has chosen, up to 255 characters.
    :param fingerprint: digest of the request's body.
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
        Return the id of the result of an earlier request with this key, or None if there was none.

        :raises KeyUsedForAnotherRequest: the earlier request had another body.
        """
        row = self._rows(alias).first()
        if row is None:
            return None
        if row.fingerprint != self.fingerprint:
            raise KeyUsedForAnotherRequest("This Idempotency-Key was used for another request: send a new one.")
        return row.result_id

    def claim(self, result_id: UUID, *, now: datetime) -> None:
        """
        Store the key in the transaction that makes the result.

        If a concurrent transaction has inserted the same key, this waits until that transaction ends.

        :param result_id: the id of the result, which a repeated request gets again.
        :raises KeyAlreadyUsed: another request with this key has made a result.
        :raises KeyUsedForAnotherRequest: another request with this key had another body.
        """
        alias = open_transaction_alias()
        row = UsedKey(scope=self.scope, key=self.key, fingerprint=self.fingerprint, result_id=result_id, created_at=now)
        insert(alias, [row], ignore_conflict_on=("scope", "key"))
        used = self.result(alias)
        assert used is not None  # noqa: S101 - this insert or the concurrent one has stored it
        if used != result_id:
            raise KeyAlreadyUsed(used)

    def _rows(self, alias: str) -> QuerySet[UsedKey]:
        return UsedKey.objects.using(alias).filter(scope=self.scope, key=self.key)
