"""The only error of a call to another context, apart from the refusals that its interface declares."""


class ContextUnavailable(Exception):
    """Raised if a context gave no usable response; the call may have had its effect all the same."""

    def __init__(self, context: str, method: str) -> None:
        super().__init__(f"{context} did not answer {method}")
        self.context = context
