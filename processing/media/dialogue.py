"""What is read aloud of a subtitle: FFmpeg gives every format as an event of ASS. Runs in the child process only."""

import re

from processing.media.text import lines

# ReadOrder, Layer, Style, Name, three margins and Effect stand before an event's text.
FIELDS_BEFORE_TEXT = 8
# Drawings and karaoke can make much of one event; nobody reads more text than that at once.
MOST_EVENT_BYTES = 100_000
MOST_CHARACTERS = 2000

# FFmpeg escapes a backslash of the text by a word joiner behind it.
_ESCAPED = r"\\(?:[{}Nnh]|\u2060)"
# A block of tags has no brace in it, so that looking for the end of one that is never closed ends at the next.
# In what is made from other formats than ASS, it begins with a tag, which a line break is not.
_TOKEN_OF_ASS = re.compile(_ESCAPED + r"|\{([^{}]*)\}")
_TOKEN = re.compile(_ESCAPED + r"|\{((?:\\(?!N)[^{}]*)?)\}")
_SHOWN = {"\\{": "{", "\\}": "}", "\\\u2060": "\\", "\\N": "\n", "\\n": " ", "\\h": " "}
_DRAWING = re.compile(r"\\p(\d)")


def text_of_event(event: bytes, *, is_ass: bool) -> str:
    """The event's text in lines, none of them empty, without tags and drawings; "" if nothing is to be read.

    In a track of ASS, braces that have no tags in them are comments; in what is made from other formats, they are text.
    """
    fields = event[:MOST_EVENT_BYTES].decode(errors="replace").split(",", FIELDS_BEFORE_TEXT)
    if len(fields) <= FIELDS_BEFORE_TEXT:
        return ""
    text = "".join(_pieces(fields[FIELDS_BEFORE_TEXT], _TOKEN_OF_ASS if is_ass else _TOKEN))
    return "\n".join(line for line in lines(text[:MOST_CHARACTERS]) if line)


def _pieces(text: str, token_pattern: re.Pattern[str]) -> list[str]:
    pieces: list[str] = []
    position, is_drawing = 0, False
    for token in token_pattern.finditer(text):
        if not is_drawing:
            pieces += text[position : token.start()], _SHOWN.get(token[0], "")
        position = token.end()
        if modes := _DRAWING.findall(token[1] or ""):
            is_drawing = modes[-1] != "0"
    return pieces if is_drawing else [*pieces, text[position:]]
