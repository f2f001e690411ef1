"""The findings about responses: one of each kind, with the shortest request that shows it."""

from collections import Counter
from typing import Any

from schemathesis import Case
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

DEMO = "http://127.0.0.1:8000"
MAX_LENGTH = 200  # characters of a finding


class Findings:
    """
    :param caller: the name of the client.
    :param headers: its credentials.
    """

    def __init__(self, caller: str, headers: dict[str, str]) -> None:
        self.caller, self.headers = caller, headers
        self.statuses: Counter[int] = Counter()
        self._examples: dict[str, str] = {}

    def check(self, case: Case, response: Any) -> None:
        """Record each deviation of a response from the API's document."""
        self.statuses[response.status_code] += 1
        try:
            # The document cannot describe all valid input: a card has a checksum, a coupon must exist.
            case.validate_response(response, headers=self.headers, excluded_checks=[positive_data_acceptance])
        except FailureGroup as wrong:
            curl = case.as_curl_command(headers=dict(response.request.headers), base_url=DEMO)
            for failure in wrong.exceptions:
                message = " ".join(f"{failure.title}: {failure.message}".split())[:MAX_LENGTH]
                kind = f"{case.operation.label} returns {response.status_code}: {message}"
                self._examples[kind] = min(self._examples.get(kind, curl), curl, key=len)

    @property
    def lines(self) -> list[str]:
        """A line for each finding, with a request that shows it; its tokens must be filled in."""
        return [f"as {self.caller}, {kind} | {curl}" for kind, curl in sorted(self._examples.items())]

    def __str__(self) -> str:
        answers = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        return f"{self.statuses.total()} requests by {self.caller}: {answers}; {len(self._examples)} findings"
