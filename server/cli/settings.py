"""`reelgraph settings`: every setting with its value and what it is for."""

from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.table import Table

from server.cli.options import load_settings
from server.settings import Settings


def settings() -> None:
    """Print every setting, its value and what it is for."""
    current = load_settings()
    table = Table("setting", "value", "what it is for", box=None, header_style="bold", pad_edge=False)
    for name, field in Settings.model_fields.items():
        table.add_row(f"REELGRAPH_{name.upper()}", shown(getattr(current, name), field), field.description)
    Console().print(table)


def shown(value: Any, field: FieldInfo) -> str:
    """A value for people: secrets are hidden, passwords in addresses too, defaults marked."""
    if value is None:
        return "[dim]not set[/dim]"
    text = "********" if isinstance(value, SecretStr) else _without_password(str(value))
    return f"{text} [dim](default)[/dim]" if value == field.default else text


def _without_password(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    credentials, at, host = rest.rpartition("@")
    if not (separator and at and ":" in credentials):
        return text
    return f"{scheme}://{credentials.partition(':')[0]}:********@{host}"
