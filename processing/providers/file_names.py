"""What a file's name says about the video in it."""

import re

from services.video_metadata import single_spaced

# Two to five letters and digits, one letter at least: ".mp4", ".webm", ".3gp", but not "1.5" or "Dr. No".
EXTENSION = re.compile(r"\.(?=[a-z0-9]*[a-z])[a-z0-9]{2,5}$", re.IGNORECASE)
COPY_NUMBER = re.compile(r"\s*\(\d{1,2}\)$")
HEXADECIMAL_ID = re.compile(r"(?=.*\d)[0-9a-f-]{12,}", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")
# Dates keep theirs: 2026-07-14.
HYPHEN = re.compile(r"(?<!\d)-|-(?!\d)")
DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")

# A letter, what cameras, phones, messengers and programs put before a number, and what any video could be called.
EMPTY_WORD = re.compile(
    "[a-z]|cimg|clip|dcim|dji|dsc|dscf|dscn|dvr|export|final|gh|gopr|gp|gx|img|imgp|mah|mov|movie|mvi|new|out|output"
    "|pict|pxl|rec|recording|rpreplay|sam|trim|untitled|vid|video|wa",
    re.IGNORECASE,
)


def title_from_file_name(name: str) -> str | None:
    """A title where a person named the file, None where a camera or a program did.

    "Überfahrt nach Gotland.mp4" and "aurora-over-abisko.webm" say something, "VID_20260714_213012.mp4" does not.
    """
    stem = COPY_NUMBER.sub("", stem_of(name))
    if HEXADECIMAL_ID.fullmatch(stem) or not _has_words(stem):
        return None
    title = single_spaced(_with_spaces(stem))
    return title[:1].upper() + title[1:] if title.islower() else title


def stem_of(name: str) -> str:
    """The name without folders, which some clients send along, and without its extension."""
    return EXTENSION.sub("", re.split(r"[/\\]", name)[-1].strip())


def _has_words(text: str) -> bool:
    return any(not EMPTY_WORD.fullmatch(word) for word in WORD.findall(text))


def _with_spaces(stem: str) -> str:
    """The name with spaces for what stands for them in names without any: underscores, then hyphens or dots."""
    spaced = stem.replace("_", " ").strip()
    if " " in spaced:
        return spaced
    if spaced.islower() or spaced.count("-") > 1:  # no hyphen of its own, as Spider-Man has
        spaced = HYPHEN.sub(" ", spaced)
    return DOT.sub(" ", spaced) if spaced.count(".") > 1 else spaced
