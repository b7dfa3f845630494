"""How large a document is, in time linear to its text, however often its fragments are spread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
)

# What is larger is no longer counted: fragments can amount to 2^500.
CEILING = 10**12


@dataclass(slots=True)
class Measures:
    """Of a definition, with fragments in place as often as they are spread; of a document, those of the largest.

    `depth` is in levels of fields. `fields` counts spreads, too, so that spreading nothing is not free. Directives
    count once, wherever they stand; `directives_together` is the most that stand at one place.
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    directives_together: int = 0


@dataclass(slots=True)
class Spread:
    """Where a fragment stands: how many levels of fields are above, and whether it is at the root."""

    name: str
    above: int
    is_root: bool


@dataclass(slots=True)
class Definition:
    """An operation or a fragment by itself."""

    own: Measures = field(default_factory=Measures)
    spreads: list[Spread] = field(default_factory=list)


def measured(document: DocumentNode) -> Measures:
    """The measures of a document. Fragments that are unknown, or within themselves, add nothing: validation tells."""
    fragments: dict[str, Definition] = {}
    operations: list[Definition] = []
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            fragments[node.name.value] = _definition(node)
        elif isinstance(node, OperationDefinitionNode):
            operations.append(_definition(node))
    totals: dict[str, Measures] = {}
    for name in _inner_first(fragments):
        totals[name] = _total(fragments[name], totals)
    own = [definition.own for definition in (*fragments.values(), *operations)]
    return _document([_total(operation, totals) for operation in operations], list(totals.values()), own)


def _definition(node: FragmentDefinitionNode | OperationDefinitionNode) -> Definition:
    found = Definition()
    for marked in (node, *(node.variable_definitions or ())):
        _mark(found.own, marked.directives)
    waiting = [(node.selection_set, 0, True)]
    while waiting:
        selection_set, above, is_root = waiting.pop()
        for selection in selection_set.selections:
            _mark(found.own, selection.directives)
            if isinstance(selection, FragmentSpreadNode):
                found.own.fields += 1
                found.spreads.append(Spread(selection.name.value, above, is_root))
            elif isinstance(selection, InlineFragmentNode):
                waiting.append((selection.selection_set, above, is_root))
            elif isinstance(selection, FieldNode):
                _field(found.own, selection, above + 1, is_root=is_root)
                if selection.selection_set is not None:
                    waiting.append((selection.selection_set, above + 1, False))
    return found


def _mark(own: Measures, directives: Sequence[Any] | None) -> None:
    if directives:
        own.directives += len(directives)
        own.directives_together = max(own.directives_together, len(directives))


def _field(own: Measures, node: FieldNode, depth: int, *, is_root: bool) -> None:
    own.fields += 1
    own.depth = max(own.depth, depth)
    own.aliases += node.alias is not None
    own.root_fields += is_root


def _inner_first(fragments: dict[str, Definition]) -> Iterator[str]:
    """The names of fragments, each after those that it spreads; in a circle one of them is first."""
    seen: set[str] = set()
    for start, definition in fragments.items():
        path = [] if start in seen else [(start, iter(definition.spreads))]
        seen.add(start)
        while path:
            name, spreads = path[-1]
            inner = next((one.name for one in spreads if one.name in fragments and one.name not in seen), None)
            if inner is None:
                path.pop()
                yield name
            else:
                seen.add(inner)
                path.append((inner, iter(fragments[inner].spreads)))


def _total(definition: Definition, fragments: dict[str, Measures]) -> Measures:
    own = definition.own
    total = Measures(own.depth, own.fields, own.aliases, own.root_fields)
    for spread in definition.spreads:
        inner = fragments.get(spread.name)
        if inner is not None:
            total.depth = max(total.depth, spread.above + inner.depth)
            total.fields = min(CEILING, total.fields + inner.fields)
            total.aliases = min(CEILING, total.aliases + inner.aliases)
            total.root_fields = min(CEILING, total.root_fields + inner.root_fields * spread.is_root)
    return total


def _document(operations: list[Measures], fragments: list[Measures], own: list[Measures]) -> Measures:
    totals = [*operations, *fragments]
    return Measures(
        max((one.depth for one in totals), default=0),
        max((one.fields for one in totals), default=0),
        max((one.aliases for one in totals), default=0),
        max((one.root_fields for one in operations), default=0),
        sum(one.directives for one in own),
        max((one.directives_together for one in own), default=0),
    )
