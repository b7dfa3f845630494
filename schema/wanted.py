"""From what an operation reads of GraphQL types to what its statements select of rows."""

from collections import defaultdict
from typing import TypeAlias

from database.statement import Row
from database.to_one import ToOne
from database.video import VideoRow
from database.video_job import VideoJobRow
from database.video_metadata import VideoMetadataRow
from database.wanted import Want, Wanted
from executor.plan import Plan

ROWS: dict[str, type[Row]] = {"Video": VideoRow, "VideoJob": VideoJobRow, "VideoMetadata": VideoMetadataRow}

# A row class, and the relation that leads to the rows if they are found in no other way.
Place: TypeAlias = tuple[type[Row], ToOne | None]


def wanted_by(plan: Plan) -> Wanted:
    """What an operation wants of each row class; concluded once a plan."""
    known: Wanted | None = plan.memo.get(Wanted)
    return known or plan.memo.setdefault(Wanted, _wanted(plan))


def _wanted(plan: Plan) -> Wanted:
    columns: dict[Place, set[str] | None] = defaultdict(set)
    to_ones: dict[Place, set[ToOne]] = defaultdict(set)
    for (name, relation), reads in plan.reads.items():
        if name not in ROWS:
            continue
        place = (ROWS[name], relation and relation.way)
        known = columns[place]
        columns[place] = None if known is None or reads.attributes is None else known | reads.attributes
        for to_one, beside in reads.joins.items():
            to_ones[place].add(to_one)
            there = (to_one.row, to_one.way)
            known = columns[there]
            columns[there] = None if known is None else known | beside
    return Wanted(
        frozenset(
            Want(row, relation, None if names is None else frozenset(names), frozenset(to_ones[row, relation]))
            for (row, relation), names in columns.items()
        )
    )
