"""The zoo's enums, scalars and input objects."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum, StrEnum
from typing import NewType

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

Weight = NewType("Weight", float)
Stars = NewType("Stars", int)


def to_grams(text: str) -> Weight:
    """Weights are written "1.5 kg"."""
    number, unit = text.split(" ")
    if unit != "kg":
        raise ValueError(f"{unit} is no unit of weight")
    return Weight(float(number) * 1000)


CONFIG = StrawberryConfig(
    scalar_map={
        Weight: strawberry.scalar(
            name="Weight", serialize=lambda grams: f"{grams / 1000:g} kg", parse_value=to_grams, parse_literal=None
        ),
        Stars: strawberry.scalar(name="Stars", serialize=lambda count: "*" * count, parse_value=len),
    }
)


@strawberry.enum
class Diet(Enum):
    MEAT = "meat"
    LEAVES = "leaves"
    EVERYTHING = strawberry.enum_value("all sorts", name="ALL")


@strawberry.enum
class Mood(StrEnum):
    CALM = "calm"
    GRUMPY = "grumpy"


@strawberry.enum
class Shift(Enum):
    DAY = "day"
    NIGHT = "night shift"


@strawberry.enum
class Rank(IntEnum):
    FIRST = 1
    SECOND = 2


@strawberry.input
class Range:
    low: int = 0
    high: int | None = strawberry.UNSET


@strawberry.input
class Search:
    text: str
    moods: list[Mood | None] | None = None
    ages: list[Range] | None = strawberry.UNSET
    weight: Weight | None = None
    since: datetime | None = None
    diet: Diet = Diet.EVERYTHING
    deeper: "Search | None" = strawberry.UNSET
    grid: list[list[int | None]] | None = None
    extra: JSON | None = None


@dataclass
class Visit:
    """What a visitor saw: a plain object of which fields are attributes."""

    id: str
    name: str
    at: datetime
    weight: float
    stars: int
    mood: Mood | str | None
    rank: Rank | int | None
    notes: object
