"""What a run did, for people: its levels, who answered each field, and how long shaping took."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from executor.declarations import Batched

if TYPE_CHECKING:
    from executor.plan import FieldPlan
    from executor.shape import Shaper
    from executor.work import Question, Work


@dataclass(slots=True)
class FieldTrace:
    """A field of all objects of a place: by whom they were answered, and for a loader how many keys it got."""

    path: str
    type: str
    objects: int
    by: str
    loader: str | None = None
    keys: int | None = None
    known: int | None = None


@dataclass(slots=True)
class Trace:
    """Filled by executions that are given it. Times are in seconds; `reason` is why graphql-core answered."""

    levels: list[list[FieldTrace]] = field(default_factory=lambda: [[]])
    shaping: float = 0.0
    reason: str | None = None
    began: bool = False

    @property
    def level(self) -> int:
        """The index of the level that runs."""
        return len(self.levels) - 1

    def asked(self, question: "Question") -> None:
        """A field that a loader answers."""
        loader, keys = question.loader, set(question.keys)
        self._add(question.work, question.entry, "loader", loader.name, len(keys), loader.known(keys))

    def resolved(self, work: "Work", entry: "FieldPlan") -> None:
        """A field that resolvers answered."""
        self._add(work, entry, "resolver" if entry.attribute is None else "attribute")

    def joined(self, work: "Work", shaper: "Shaper") -> None:
        """The relations that stand in their parents' rows."""
        for entry in work.plan.fields:
            if isinstance(entry.declaration, Batched) and entry not in shaper.columns:
                self._add(work, entry, "join")

    def level_ends(self) -> None:
        """What was waited for is there."""
        self.levels.append([])

    def shaped_in(self, started: float) -> None:
        """Add the time since `started`, of `time.perf_counter()`."""
        self.shaping += time.perf_counter() - started

    def _add(self, work: "Work", entry: "FieldPlan", by: str, *asked: Any) -> None:
        path = f"{work.trail}.{entry.response_name}" if work.trail else entry.response_name
        self.levels[-1].append(FieldTrace(path, str(entry.definition.type), len(work.objects), by, *asked))
