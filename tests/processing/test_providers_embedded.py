"""What is made of subtitles, tags and file names, without any service."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.media import Cue, Limits, SubtitleTrack, facts_of_container, subtitles
from processing.providers import (
    Description,
    DescriptionSource,
    Nothing,
    Transcript,
    TranscriptSource,
    embedded_providers,
)
from processing.providers.file_names import title_from_file_name
from processing.providers.texts import fitted
from server.demo.clips import CLIPS
from services.video_metadata import check_changes, normalized

LIMITS = Limits(wall_seconds=20)
PROVIDERS = embedded_providers()


def track(*texts: str, language: str | None = "eng", is_forced: bool = False) -> SubtitleTrack:
    cues = tuple(Cue(at * 2, at * 2 + 1, text) for at, text in enumerate(texts))
    return SubtitleTrack(language=language, title=None, is_forced=is_forced, cues=cues)


async def transcript(*tracks: SubtitleTrack) -> Transcript | Nothing:
    source = TranscriptSource(Path("unread"), LIMITS, tracks, has_sound=True, duration_seconds=60)
    return await PROVIDERS.transcriber.transcribe(source)


async def description(name: str = "IMG_4711.mp4", **tags: str) -> Description | Nothing:
    return await PROVIDERS.describer.describe(DescriptionSource(name, tags, None, None))


async def test_the_transcript_is_the_text_of_the_first_full_track() -> None:
    german = track("Hallo.", "Das Schiff legt ab.", language="deu")
    english = track("Hello there.", "The ship leaves the harbour now.")
    signs = track("EXIT", language="fra")
    forced = track("Das ist ein sehr langer Text auf einem Schild. " * 9, language="deu", is_forced=True)
    assert await transcript(signs, forced, german, english) == Transcript("Hallo.\nDas Schiff legt ab.", "deu")
    assert await transcript(signs) == Transcript("EXIT", "fra")


@pytest.mark.parametrize("tracks", [(), (track("Only a sign", is_forced=True),), (track(),), (track(" ", "\n"),)])
async def test_without_text_the_reason_is_told(tracks: tuple[SubtitleTrack, ...]) -> None:
    assert await transcript(*tracks) == Nothing("This video has no subtitles to take a transcript from.")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Überfahrt nach Gotland.mp4", "Überfahrt nach Gotland"),
        (unicodedata.normalize("NFD", "Überfahrt.mp4"), "Überfahrt"),
        ("aurora-over-abisko.webm", "Aurora over abisko"),
        ("Fourier series, lecture 3.mkv", "Fourier series, lecture 3"),
        ("island_flyover_4k.mp4", "Island flyover 4k"),
        ("2026-07-14-harbour-walk.mp4", "2026-07-14 harbour walk"),
        ("Midsummer.on.Gotland.2026.mkv", "Midsummer on Gotland 2026"),
        ("Spider-Man.mp4", "Spider-Man"),
        ("Version 1.5 demo.mov", "Version 1.5 demo"),
        ("holiday (2).mp4", "Holiday"),
        ("Metropolis (1927).avi", "Metropolis (1927)"),
        ("C:\\fakepath\\harbour.3gp", "Harbour"),
        ("no extension", "No extension"),
        ("海.mp4", "海"),
        ("Screen Recording 2026-07-14 at 21.30.12.mov", "Screen Recording 2026-07-14 at 21.30.12"),
        ("IMG_4711.mp4", None),
        ("IMG-20260714-WA0003.mp4", None),
        ("VID_20260714_213012.mp4", None),
        ("PXL_20260714_213012345.mp4", None),
        ("20260714_213012.mp4", None),
        ("2026-07-14 21-30-12.mkv", None),
        ("GX010042.MP4", None),
        ("DJI_0042.MP4", None),
        ("DSC0001 (1).MOV", None),
        ("P1020304.MP4", None),
        ("00001.MTS", None),
        ("video.mp4", None),
        ("3f2c9a7e-52b1-4d8f-9c3e-0a1b2c3d4e5f.mp4", None),
        (".mp4", None),
        ("", None),
    ],
)
def test_names_that_people_give_are_titles(name: str, title: str | None) -> None:
    assert title_from_file_name(name) == title


@given(st.text())
def test_any_name_gives_a_title_that_says_something_or_none(name: str) -> None:
    title = title_from_file_name(name)
    assert title is None or title.strip()


async def test_tags_say_what_the_video_is() -> None:
    found = await description(
        title="Überfahrt nach Gotland",
        artist="Linnea Berg",
        date="20260620",
        description="Sunset over the Baltic Sea.",
        comment="First evening of the trip",
        keywords="ferry, Baltic Sea;ferry,",
        genre="Travel",
        encoder="Lavf61.7.100",
    )
    assert found == Description(
        "Überfahrt nach Gotland",
        "Sunset over the Baltic Sea.",
        ("ferry", "Baltic Sea", "Travel"),
        "First evening of the trip\n\nArtist: Linnea Berg\nDate: 2026-06-20",
    )


async def test_a_comment_is_the_description_where_there_is_no_other_and_then_no_note() -> None:
    assert await description(comment="Survey flight 12") == Description(None, "Survey flight 12", (), None)
    linked = await description(comment="https://example.org/watch?v=1")
    assert linked == Description(None, None, (), "https://example.org/watch?v=1")


@pytest.mark.parametrize("title", ["IMG_4711", "IMG_4711.mp4", " ", "https://example.org/v/1"])
async def test_a_title_that_a_program_wrote_is_none(title: str) -> None:
    assert isinstance(await description("IMG_4711.mp4", title=title), Nothing)


async def test_a_title_of_numbers_is_one() -> None:
    assert await description(title="1917") == Description("1917", None, (), None)


async def test_without_anything_to_say_the_reason_is_told() -> None:
    nothing = Nothing("Neither the file's name nor the tags in it say what this video is about.")
    assert await description("VID_20260714_213012.mp4", encoder="Lavf61", creation_time="2026-07-14") == nothing


TEXTS = st.none() | st.text(max_size=700) | st.text("a\0\ud800\u0300é \r\n\x1b", min_size=400)
LONG = st.sampled_from([600, 20_001, 200_001]).map(lambda length: "word " * (length // 5) + "ends")


TAGS = st.lists(st.text(max_size=12) | st.text("ab ", min_size=95, max_size=110), max_size=120)


@given(TEXTS | LONG, TEXTS | LONG, TAGS, TEXTS | LONG)
def test_whatever_is_found_fits_what_users_may_write(
    title: str | None, text: str | None, tags: list[str], notes: str | None
) -> None:
    kept = fitted(Description(title, text, tuple(tags), notes))
    changes = normalized(
        {
            "title": kept.title,
            "description": kept.description,
            "tags": list(kept.tags),
            "show_notes_text": kept.show_notes,
        }
    )
    check_changes(changes)
    assert (changes["title"], changes["tags"]) == (kept.title, list(kept.tags))
    assert fitted(kept) == kept
    assert "" not in {kept.title, kept.description, kept.show_notes, *kept.tags}


async def test_the_demo_clips_say_what_they_are(tmp_path: Path) -> None:
    clip = next(clip for clip in CLIPS if clip.filename.startswith("Fourier"))
    path = clip.write(tmp_path)
    facts = await facts_of_container(path, LIMITS)
    described = await PROVIDERS.describer.describe(DescriptionSource(clip.filename, facts.tags, None, None))
    assert isinstance(described, Description)
    assert described.title == "Fourier series, lecture 3: from sine to square"
    assert described.show_notes == "Artist: Prof. Amara Okafor\nDate: 2026-03-04"
    said = await PROVIDERS.transcriber.transcribe(
        TranscriptSource(path, LIMITS, await subtitles(path, LIMITS), facts.has_sound, facts.duration_seconds)
    )
    assert isinstance(said, Transcript)
    assert said.language in {"en", "eng"}
    assert said.text.splitlines()[0] == "Welcome back. Last week we stopped at a single sine wave."
