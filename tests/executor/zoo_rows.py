"""The zoo's rows: what a database would answer. One class for keepers, and two for lions: with their keeper beside."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from executor import ColumnType, Layout

TEXT = ColumnType(str, optional=False)
TEXT_OR_NONE = ColumnType(str, optional=True)
NUMBER_OR_NONE = ColumnType(int, optional=True)
TIME = ColumnType(datetime, optional=False, written="{v}.isoformat()")
TIME_OR_NONE = ColumnType(datetime, optional=True, written="{v}.isoformat()")

# `nickname` stands in the row, but nothing is promised of it.
KEEPER_TYPES = {
    "id": TEXT,
    "name": TEXT,
    "age": NUMBER_OR_NONE,
    "hired": TIME,
    "shift": TEXT,
    "boss_id": TEXT_OR_NONE,
    "cage_id": TEXT,
}
KEEPER_COLUMNS = (*KEEPER_TYPES, "nickname")
LION_TYPES = {
    "id": TEXT,
    "name": TEXT,
    "born": TIME_OR_NONE,
    "diet": TEXT,
    "mood": TEXT_OR_NONE,
    "keeper_id": TEXT_OR_NONE,
    "mane": ColumnType(float, optional=True),
    "tame": ColumnType(bool, optional=False),
}
LION_COLUMNS = tuple(LION_TYPES)


def keeper_layout(start: int = 0) -> Layout:
    """Of a keeper whose columns begin at a position."""
    positions = {name: start + index for index, name in enumerate(KEEPER_COLUMNS)}
    return Layout(positions, KEEPER_TYPES, present=start)


class Row(tuple[Any, ...]):
    """Values at positions that are attributes too."""

    __slots__ = ()
    __layout__: ClassVar[Layout]

    def __getattr__(self, name: str) -> Any:
        try:
            return self[self.__layout__.positions[name]]
        except KeyError:
            raise AttributeError(name) from None


class KeeperRow(Row):
    __slots__ = ()
    __layout__ = keeper_layout()


class PlainLionRow(Row):
    __slots__ = ()
    __layout__ = Layout({name: index for index, name in enumerate(LION_COLUMNS)}, LION_TYPES)


class LionRow(Row):
    """A lion with its keeper in the same row."""

    __slots__ = ()
    __layout__ = Layout(PlainLionRow.__layout__.positions, LION_TYPES, {"keeper": keeper_layout(len(LION_COLUMNS))})


DAY = datetime(2020, 2, 29, 8, 30, tzinfo=UTC)
MOMENT = datetime(1999, 12, 31, 23, 59, 59, 678, tzinfo=UTC)

KEEPERS = {
    "k1": KeeperRow(("k1", "Kim", 30, DAY, "day", None, "c1", "Kimmy")),
    "k2": KeeperRow(("k2", "Kai", None, MOMENT, "night shift", "k1", "c2", None)),
    "k3": KeeperRow(("k3", "Käthe ☃", 61, DAY, "day", "k2", "c1", "K")),
}


def with_keeper(lion: tuple[Any, ...], keeper: KeeperRow | None) -> LionRow:
    """The lion's row with its keeper's columns."""
    return LionRow((*lion, *(keeper or (None,) * len(KEEPER_COLUMNS))))


LEO = with_keeper(("l1", "Leo", DAY, "meat", "calm", "k1", 12.5, True), KEEPERS["k1"])
LEA = with_keeper(("l2", "Lea", None, "all sorts", None, None, None, False), None)
LIA = with_keeper(("l4", "Lia", MOMENT, "meat", "grumpy", "k2", -0.5, False), KEEPERS["k2"])
LOU = PlainLionRow(("l3", "Lou", MOMENT, "meat", "grumpy", "k2", 3.0, True))
LUX = PlainLionRow(("l5", "Lux", None, "leaves", None, "gone", None, False))

LIONS = {lion.id: lion for lion in (LEO, LEA, LOU, LIA, LUX)}
