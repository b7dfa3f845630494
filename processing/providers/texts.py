"""Texts from files and from models, as we keep them."""

import re

from processing.providers.protocol import Description
from services.video_metadata import LONGEST, LONGEST_TAG, MOST_TAGS, distinct, normalized

# Control characters but tab and line feed, and lone surrogates: PostgreSQL refuses some of them, nobody can read any.
UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LINE_END = re.compile("\r\n?|[\u2028\u2029]")


def cleaned(text: str) -> str:
    """The text without unreadable characters, its lines ended by line feeds."""
    return UNREADABLE.sub("", LINE_END.sub("\n", text)).strip()


def fitted(description: Description) -> Description:
    """The description within the limits of what users may write: texts are cut, tags that are too long left out."""
    texts = normalized(
        {
            "title": cleaned(description.title or ""),
            "description": cleaned(description.description or ""),
            "tags": [cleaned(tag) for tag in description.tags],
            "show_notes_text": cleaned(description.show_notes or ""),
        }
    )
    tags = [tag for tag in distinct(texts["tags"] or []) if len(tag) <= LONGEST_TAG]
    return Description(
        title=shortened(texts["title"] or "", LONGEST["title"]) or None,
        description=shortened(texts["description"] or "", LONGEST["description"]) or None,
        tags=tuple(tags[:MOST_TAGS]),
        show_notes=shortened(texts["show_notes_text"] or "", LONGEST["show_notes_text"]) or None,
    )


def shortened(text: str, longest: int) -> str:
    """The text, or its beginning with an ellipsis: `longest` characters at most."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
