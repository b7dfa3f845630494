"""Which columns and related rows an operation wants of each entity: its statements select no more."""

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from database.statement import Row
    from database.to_one import ToOne


@dataclass(frozen=True)
class Want:
    """What is wanted of the rows of a class: columns, and to-one relations beside them.

    Of rows that a relation leads to other columns may be wanted than of the class's rows in general.
    """

    row: type["Row"]
    relation: Optional["ToOne"]
    columns: frozenset[str] | None
    to_ones: frozenset["ToOne"]


@dataclass(frozen=True)
class Wanted:
    """All that an operation wants; of a class that it says nothing of, all columns."""

    wants: frozenset[Want] = frozenset()

    def of(self, row: type["Row"], *also: str, relation: Optional["ToOne"] = None) -> tuple[str, ...]:
        """The columns to select of a row class, in its order; `also` are those that the statement itself needs."""
        every = tuple(inspect.get_annotations(row))
        want = self._want(row, relation)
        if want is None or want.columns is None:
            return every
        return tuple(name for name in every if name in want.columns or name in {"id", *also})

    def to_ones_of(self, row: type["Row"], relation: Optional["ToOne"] = None) -> frozenset["ToOne"]:
        """The relations that are wanted beside rows of a class."""
        want = self._want(row, relation)
        return frozenset() if want is None else want.to_ones

    def _want(self, row: type["Row"], relation: Optional["ToOne"]) -> Want | None:
        return next((want for want in self.wants if want.row is row and want.relation == relation), None)


EVERYTHING = Wanted()
