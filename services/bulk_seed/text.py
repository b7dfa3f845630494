"""Texts of a bulk library: titles, descriptions, tags and transcripts that read like what people say in videos."""

from functools import cache
from random import Random

from services.bulk_seed.vocabulary import (
    ABOUT,
    ABOUT_A_NAME,
    ANYTHING,
    DOINGS,
    NAME_BEGINNINGS,
    NAME_ENDINGS,
    QUALITIES,
    THINGS,
    TITLES,
)

TRANSCRIPT_CHARACTERS = 2048
SENTENCES_A_TOPIC = 400


def title(random: Random, topic: str) -> str:
    """A title of 20 to 80 characters."""
    thing, other = random.sample(_words(THINGS[topic]), 2)
    return random.choice(TITLES).format(
        topic=topic,
        Topic=topic.capitalize(),
        thing=thing,
        other=other,
        doing=random.choice(_words(DOINGS[topic])),
        quality=random.choice(_words(QUALITIES)),
        name=random.choice(_names()),
        number=random.randint(2, 40),
    )


def description(random: Random, topic: str) -> str:
    """Two or three sentences."""
    return " ".join([*random.choices(_sentences(topic), k=random.randint(1, 2)), _about_a_name(random)])


def tags(random: Random, topic: str) -> list[str]:
    """The topic and up to four of its things, each once."""
    return [topic, *random.sample(_words(THINGS[topic]), random.randint(0, 4))]


def transcript(random: Random, topic: str) -> str:
    """Whole sentences of ASCII, 2 KB: at most 2,048 characters, and hardly ever fewer than 1,850."""
    sentences = [
        _about_a_name(random),
        _about_a_name(random),
        *random.sample(ANYTHING, 10),
        *random.choices(_sentences(topic), k=20),
    ]
    random.shuffle(sentences)
    return _whole_sentences(" ".join(sentences), TRANSCRIPT_CHARACTERS)


def _whole_sentences(text: str, longest: int) -> str:
    return text[: text.rindex(".", 0, longest) + 1]


def _about_a_name(random: Random) -> str:
    return random.choice(ABOUT_A_NAME).format(name=random.choice(_names()), number=random.randint(2, 40))


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@cache
def _names() -> tuple[str, ...]:
    return tuple(
        f"{beginning}{ending}".capitalize() for beginning in _words(NAME_BEGINNINGS) for ending in _words(NAME_ENDINGS)
    )


@cache
def _sentences(topic: str) -> tuple[str, ...]:
    """What can be said about a topic: made once, since a transcript is put together a hundred thousand times."""
    random = Random(topic)  # noqa: S311  repeatable, not secret
    return tuple(_sentence(random, topic) for _ in range(SENTENCES_A_TOPIC))


def _sentence(random: Random, topic: str) -> str:
    thing, other = random.sample(_words(THINGS[topic]), 2)
    doing, deed = random.sample(_words(DOINGS[topic]), 2)
    quality = random.choice(_words(QUALITIES))
    return random.choice(ABOUT).format(topic=topic, thing=thing, other=other, doing=doing, deed=deed, quality=quality)
