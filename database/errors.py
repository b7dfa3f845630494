"""The base of every error that Reelgraph raises for people to read."""


class ReelgraphError(Exception):
    """An expected failure: one line of what is wrong and one of the way out.

    The command line prints both and exits with 1; anything else that reaches it is a bug.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
