"""The key that makes a call safe to send again, as mutations take it."""

IDEMPOTENCY_KEY = (
    "Any text of 1 to 255 characters, new for each thing to be done, such as a UUID. Send the call again with the same"
    " key and it is not done twice: you get the first answer. Keys are kept for 24 hours or longer."
)


def given(key: str | None) -> str | None:
    """None for a key that was left out; an empty one stays, to be refused."""
    return key if isinstance(key, str) else None
