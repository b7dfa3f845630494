"""Checks of what users send, collected so that one answer names everything that is wrong."""

import re

from services.errors import InvalidInputError, Issue

# RFC 9110: type "/" subtype, parameters allowed.
MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(\s*;\s*[\w!#$&^.+-]+=(\"[ !#-~]*\"|[\w!#$&^.+-]+))*", re.ASCII)

LONGEST_KEY = 255


class Checks:
    """Collects issues; `raise_any()` raises them together."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def add(self, path: tuple[str, ...], message: str) -> None:
        """Note one issue."""
        self.issues.append(Issue(path, message))

    def text(self, path: tuple[str, ...], value: str, *, longest: int, empty: bool = False) -> None:
        """A text that PostgreSQL can keep, of at most `longest` characters."""
        if not empty and not value.strip():
            self.add(path, "must not be empty")
        if len(value) > longest:
            self.add(path, f"has {len(value):,} characters; at most {longest:,} are kept")
        if "\0" in value:
            self.add(path, "must not contain the NUL character")
        if re.search("[\ud800-\udfff]", value):
            self.add(path, "must be valid Unicode, without lone surrogates")

    def key(self, path: tuple[str, ...], value: str | None) -> None:
        """An idempotency key, if there is one: any text that PostgreSQL can keep, of 1 to 255 characters."""
        if value == "":
            self.add(path, "must not be empty")
        elif value is not None:
            self.text(path, value, longest=LONGEST_KEY, empty=True)

    def raise_any(self) -> None:
        """Raise `InvalidInputError` if there are issues."""
        if self.issues:
            raise InvalidInputError(self.issues)
