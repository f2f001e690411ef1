"""What was asked, and what was wrong with the answers: of each kind one, with the shortest request that shows it."""

from collections import Counter
from typing import Any

from schemathesis import Case
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

DEMO = "http://127.0.0.1:8000"
MAX_LENGTH = 200  # characters of a finding


class Findings:
    """
    :param caller: who asks.
    :param headers: say so.
    """

    def __init__(self, caller: str, headers: dict[str, str]) -> None:
        self.caller, self.headers = caller, headers
        self.statuses: Counter[int] = Counter()
        self._examples: dict[str, str] = {}

    def check(self, case: Case, response: Any) -> None:
        """Keep whatever an answer has that the API's document does not allow."""
        self.statuses[response.status_code] += 1
        try:
            # What a document can say of good input is not all: a card has a checksum, a coupon must exist.
            case.validate_response(response, headers=self.headers, excluded_checks=[positive_data_acceptance])
        except FailureGroup as wrong:
            curl = case.as_curl_command(headers=dict(response.request.headers), base_url=DEMO)
            for failure in wrong.exceptions:
                message = " ".join(f"{failure.title}: {failure.message}".split())[:MAX_LENGTH]
                kind = f"{case.operation.label} answers {response.status_code}: {message}"
                self._examples[kind] = min(self._examples.get(kind, curl), curl, key=len)

    @property
    def lines(self) -> list[str]:
        """A line for each finding, with the request that shows it; tokens are to be filled in."""
        return [f"as {self.caller}, {kind} | {curl}" for kind, curl in sorted(self._examples.items())]

    def __str__(self) -> str:
        answers = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        return f"{self.statuses.total()} requests by {self.caller}: {answers}; {len(self._examples)} findings"
