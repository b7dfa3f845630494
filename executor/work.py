"""What a run works on: objects at one place of the answer, on their way down and up again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql.pyutils import Path

from executor.plan import FieldPlan, ObjectPlan
from executor.shape import Shaper
from executor.spread import locations, put_back


@dataclass(eq=False, slots=True)
class Spread:
    """Objects of one field on their way: where they stand, and the works that shape them.

    A field of an abstract type has a work for each type that occurs, with the places of its objects.
    """

    parent: "Work"
    entry: FieldPlan
    values: list[Any]
    works: "list[tuple[Work, list[int] | None]]" = field(default_factory=list)
    count: int = 0
    found: list[list[int]] | None = None

    def location(self, place: int) -> list[int]:
        """The indexes that lead to an object: of the parent's object, in its list, in the list in that, …"""
        if self.found is None:
            self.found = locations(self.values, len(self.entry.levels) - 1)
        return self.found[place]

    def parent_of(self, place: int) -> int:
        """The index of the parent's object that an object belongs to."""
        return self.location(place)[0]

    def shaped(self) -> list[Any]:
        """The field's values, shaped, one for each object of the parent."""
        return put_back(self.values, len(self.entry.levels) - 1, self._merged())

    def _merged(self) -> list[Any]:
        if len(self.works) == 1 and self.works[0][1] is None:
            return self.works[0][0].shaped
        merged: list[Any] = [None] * self.count
        for work, places in self.works:
            for place, shaped in zip(places or (), work.shaped, strict=True):
                merged[place] = shaped
        return merged


@dataclass(eq=False, slots=True)
class Work:
    """All objects of one type at one place of the answer."""

    plan: ObjectPlan
    objects: list[Any]
    origin: Spread | None = None
    places: list[int] | None = None
    shaper: Shaper | None = None
    columns: list[Any] = field(default_factory=list)
    shaped: list[Any] = field(default_factory=list)

    def path(self, index: int) -> Path | None:
        """Where an object stands in the answer."""
        if self.origin is None:
            return None
        origin, entry = self.origin, self.origin.entry
        above, *indexes = origin.location(index if self.places is None else self.places[index])
        path = Path(origin.parent.path(above), entry.response_name, entry.parent_type.name)
        for step in indexes:
            path = path.add_key(step, None)
        return path

    @property
    def trail(self) -> str:
        """The response names that lead here."""
        if self.origin is None:
            return ""
        above = self.origin.parent.trail
        return f"{above}.{self.origin.entry.response_name}" if above else self.origin.entry.response_name

    def release(self) -> None:
        """Let go of the works above and below."""
        self.origin = None
        self.columns = []

    def finish(self) -> None:
        """Shape the objects; those below are shaped already."""
        assert self.shaper is not None
        columns = [column.shaped() if isinstance(column, Spread) else column for column in self.columns]
        self.shaped = self.shaper.shape(self.objects, *columns)


@dataclass(eq=False, slots=True)
class Question:
    """What a field of all objects of a work asks of a loader."""

    work: Work
    slot: int
    entry: FieldPlan
    loader: Any
    value: Callable[[Any, Any], Any] | None
    keys: list[Any]


@dataclass(eq=False, slots=True)
class Batch:
    """All that a level asks of one loader."""

    questions: list[Question]

    async def answers(self) -> list[Any]:
        """The values of all questions' keys, one after the other."""
        keys = self.questions[0].keys
        if len(self.questions) > 1:
            keys = [key for question in self.questions for key in question.keys]
        answers: list[Any] = await self.questions[0].loader.batch(keys)
        return answers


def by_loader(questions: list[Question]) -> list[Batch]:
    """What a level asks, together for each loader."""
    batches: dict[int, Batch] = {}
    for question in questions:
        batches.setdefault(id(question.loader), Batch([])).questions.append(question)
    return list(batches.values())
