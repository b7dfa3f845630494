"""Why a file gave no result, in words for the person who uploaded it."""

from database.errors import ReelgraphError


class UnreadableMediaError(ReelgraphError):
    """The file is no video, is damaged, or breaks the program that reads it."""


class MediaTimeoutError(ReelgraphError):
    """Reading the file took longer than its limits allow."""
