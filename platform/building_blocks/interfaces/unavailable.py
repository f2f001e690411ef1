"""The one error, beside its published ones, that a call to a neighbour may end in."""


class ContextUnavailable(Exception):
    """Raised where a neighbour gave no answer: what was asked of it may have happened all the same."""

    def __init__(self, context: str, method: str) -> None:
        super().__init__(f"{context} did not answer {method}")
        self.context = context
