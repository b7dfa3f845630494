"""Which to-one relations an operation selects of a list's rows, so that they can come with them."""

from collections.abc import Iterator, Mapping

from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField, Selection

from database.to_one import ToOne
from schema.context import Info


def selected_to_ones(info: Info, to_ones: Mapping[str, ToOne]) -> frozenset[ToOne]:
    """The relations that are needed for the fields selected below `nodes` and `edges.node` of this connection."""
    # A nested connection is resolved for each parent, and the selection is the same for all of them.
    nodes = tuple(map(id, info._raw_info.field_nodes))  # noqa: SLF001  Strawberry's own view is what is to be spared
    known = info.context.selections
    if nodes not in known:
        known[nodes] = _selected(info, to_ones)
    return known[nodes]


def _selected(info: Info, to_ones: Mapping[str, ToOne]) -> frozenset[ToOne]:
    fields = [field for top in info.selected_fields for field in _fields(top.selections)]
    edges = [field for edge in fields if edge.name == "edges" for field in _fields(edge.selections)]
    rows = [field for field in fields if field.name == "nodes"] + [field for field in edges if field.name == "node"]
    names = {field.name for row in rows for field in _fields(row.selections)}
    return frozenset(to_ones[name] for name in names & to_ones.keys())


def _fields(selections: list[Selection]) -> Iterator[SelectedField]:
    """Fields, those of fragments included."""
    for selection in selections:
        if isinstance(selection, SelectedField):
            yield selection
        elif isinstance(selection, (InlineFragment, FragmentSpread)):
            yield from _fields(selection.selections)
