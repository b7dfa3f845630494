"""Text from untrusted files, made fit to be stored and shown."""

import re

# Control characters, halves of surrogate pairs, what Unicode says is no character, and byte order marks.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")


def lines(text: str) -> list[str]:
    """The lines with a single space between words, empty ones too."""
    return [" ".join(_UNWANTED.sub("", line).split()) for line in text.splitlines()]


def paragraphs(text: str) -> str:
    """The text without more than one empty line between its paragraphs."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines(text)).strip())
