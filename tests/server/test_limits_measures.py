"""What documents are measured to, against counting what they amount to when every fragment is put in its place."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    parse,
    validate,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from database.video_job import StageName
from schema.connection import DEFAULT_PAGE_SIZE
from schema.ids import MOST_IDS
from schema.schema import contract
from server.limits import measures as module
from server.limits.cost import CEILING, SHORT, formula
from server.limits.measures import Measures, measured

MAX_PAGE_SIZE = 100
# What `$n` may be, and the size of the page that it is.
SIZES = {None: DEFAULT_PAGE_SIZE, 0: 1, 1: 1, 7: 7, 100: 100, 10**9: MAX_PAGE_SIZE}
VIDEO, JOB = "Video", "VideoJob"


@dataclass(frozen=True)
class Piece:
    """A selection: what it begins with, what is in it, and how often that counts; `spread` is a fragment's index."""

    text: str
    inside: tuple["Piece", ...] = ()
    kind: str = "field"
    times: int | None = 1  # None: as `$n` says
    marked: bool = False
    spread: int = 0

    def written(self) -> str:
        inside = f" {{ {' '.join(piece.written() for piece in self.inside)} }}" if self.inside else ""
        return f"{self.text}{' @include(if: true)' if self.marked else ''}{inside}"


@cache
def pieces(type_: str, later: tuple[tuple[int, str], ...]) -> st.SearchStrategy[tuple[Piece, ...]]:
    """Selections on a type, that spread none but later fragments."""
    leaves = [st.just(Piece("id")), st.just(Piece("other: createdAt", kind="alias"))]
    leaves += [st.just(Piece(f"...F{index}", kind="spread", spread=index)) for index, on in later if on == type_]
    return st.lists(st.one_of(*leaves), min_size=1, max_size=3).flatmap(
        lambda some: st.tuples(st.just(tuple(some)), st.lists(branches(type_, later), max_size=2)).map(
            lambda both: (*both[0], *both[1])
        )
    )


def branches(type_: str, later: tuple[tuple[int, str], ...]) -> st.SearchStrategy[Piece]:
    inline = st.deferred(lambda: pieces(type_, later)).map(lambda inside: Piece("...", inside, "inline"))
    if type_ == JOB:
        stages = st.just(Piece("processingStages", (Piece("name"),), times=SHORT))
        video = st.deferred(lambda: pieces(VIDEO, later)).map(lambda inside: Piece("video", inside))
        return st.one_of(inline, stages, video, video.map(marked))
    jobs = st.deferred(lambda: pieces(JOB, later))
    newest = jobs.map(lambda inside: Piece("latestJob", inside))
    page = jobs.map(lambda inside: Piece("jobs(first: 3)", (Piece("nodes", inside), Piece("totalCount")), times=3))
    asked = jobs.map(lambda inside: Piece("a: jobs(first: $n)", (Piece("nodes", inside),), "alias", times=None))
    return st.one_of(inline, newest, newest.map(marked), page, asked)


def marked(piece: Piece) -> Piece:
    return replace(piece, marked=True)


@dataclass(frozen=True)
class Document:
    root: tuple[Piece, ...]
    fragments: tuple[tuple[str, tuple[Piece, ...]], ...]

    @property
    def text(self) -> str:
        fragments = (
            f" fragment F{index} on {on} {{ {' '.join(piece.written() for piece in inside)} }}"
            for index, (on, inside) in enumerate(self.fragments)
        )
        root = " ".join(piece.written() for piece in self.root)
        return f'query($n: Int) {{ video(id: "x") {{ {root} }} }}{"".join(fragments)}'


@st.composite
def documents(draw: st.DrawFn) -> Document:
    types = draw(st.lists(st.sampled_from([VIDEO, JOB]), max_size=4))
    known = tuple(enumerate(types))
    fragments = tuple((on, draw(pieces(on, known[index + 1 :]))) for index, on in known)
    return Document(draw(pieces(VIDEO, known)), fragments)


def counted(document: Document, of: tuple[Piece, ...], size: int) -> tuple[Measures, int]:
    """Measures and cost by going through everything, as often as it is there."""
    total, cost = Measures(), 0
    for piece in of:
        is_field = piece.kind in {"field", "alias"}
        inside = document.fragments[piece.spread][1] if piece.kind == "spread" else piece.inside
        inner, inner_cost = counted(document, inside, size)
        total.depth = max(total.depth, is_field + inner.depth)
        total.fields += (piece.kind != "inline") + inner.fields
        total.aliases += (piece.kind == "alias") + inner.aliases
        cost += is_field + inner_cost * (size if piece.times is None else piece.times)
    return total, cost


def directives(pieces_: tuple[Piece, ...]) -> int:
    return sum(piece.marked + directives(piece.inside) for piece in pieces_)


@settings(max_examples=60, deadline=None)
@given(documents(), st.sampled_from(list(SIZES)))
def test_measures_and_costs_are_those_of_everything_in_its_place(document: Document, n: int | None) -> None:
    tree = parse(document.text)
    of, cost = counted(document, document.root, SIZES[n])
    found = measured(tree)
    fragments = [counted(document, inside, 1)[0] for _, inside in document.fragments]
    assert found.depth == max(1 + of.depth, *(one.depth for one in fragments), 0)
    assert found.fields == max(1 + of.fields, *(one.fields for one in fragments), 0)
    assert found.aliases == max(of.aliases, *(one.aliases for one in fragments), 0)
    assert found.root_fields == 1
    assert found.directives == sum(map(directives, [document.root, *(inside for _, inside in document.fragments)]))
    assert cost_of(document.text, {} if n is None else {"n": n}) == 1 + cost


def cost_of(text: str, variables: dict[str, Any] | None = None) -> int:
    return cost_of_tree(parse(text), variables or {})


def cost_of_tree(tree: DocumentNode, variables: dict[str, Any]) -> int:
    (operation,) = (node for node in tree.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    return formula(contract, operation, fragments, MAX_PAGE_SIZE).value(variables)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("{ viewer { id } }", 2),
        ("{ videos { nodes { id } } }", 1 + 20 * 2),
        ("{ videos(first: 50) { nodes { jobs(last: 10) { totalCount } } } }", 1 + 50 * (1 + 1 + 10)),
        ("{ videos(first: 5000000) { totalCount } }", 1 + 100),
        ("{ videos(first: -5) { totalCount } }", 1 + 1),
        ("{ videos(first: null, last: 7) { totalCount } }", 1 + 7),
        ("{ videos(first: null) { totalCount } }", 1 + 20),
        ('{ nodes(ids: ["a", "b"]) { id } }', 1 + 2),
        ("{ nodes(ids: [" + '"a" ' * 5000 + "]) { id } }", 1 + MOST_IDS),
        ('{ nodes(ids: "a") { id } }', 1 + MOST_IDS),
        ('{ node(id: "a") { ... on VideoJob { processingStages { name } } } }', 1 + 1 + SHORT),
        ("{ __schema { types { fields { name } } } }", 1 + 1 + SHORT * (1 + SHORT)),
    ],
)
def test_costs(text: str, cost: int) -> None:
    assert cost_of(text) == cost


@pytest.mark.parametrize(("ids", "cost"), [([], 2), (["a"] * 3, 4), (["a"] * 5000, 1 + MOST_IDS)])
def test_ids_in_a_variable_cost_as_many_as_they_are(ids: Any, cost: int) -> None:
    assert cost_of("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids}) == cost


def test_every_list_without_pages_is_short() -> None:
    lists = {
        f"{type_.name}.{name}"
        for type_ in contract.type_map.values()
        if (is_object_type(type_) or is_interface_type(type_)) and not type_.name.startswith("__")
        for name, field in type_.fields.items()
        if is_list_type(get_nullable_type(field.type)) and not is_leaf_type(get_named_type(field.type))
        if "ids" not in field.args and "pageInfo" not in type_.fields
    }
    # Whoever adds one sees to it that it is short, or has pages.
    assert lists == {
        "InvalidInputError.issues",
        "UploadTarget.headers",
        "VideoJob.processingStages",
        "VideoMetadata.subtitleFiles",
    }
    assert len(StageName) <= SHORT


def amplified(levels: int) -> str:
    """A document that doubles at every level."""
    spread = " ".join(
        f"fragment F{level} on Video {{ a{level}: latestJob {{ video {{ ...F{level + 1} }} }}"
        f" b{level}: latestJob {{ video {{ ...F{level + 1} }} }} }}"
        for level in range(levels)
    )
    last = f"fragment F{levels} on Video {{ jobs(first: 100) {{ nodes {{ id }} }} }}"
    return f'{{ video(id: "x") {{ ...F0 }} }} {spread} {last}'


def visits(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    """How often anything looks into a selection set."""
    count = 0

    def looked(node: SelectionSetNode) -> Any:
        nonlocal count
        count += 1
        return node.__dict__["selections"]

    with monkeypatch.context() as patched:
        patched.setattr(SelectionSetNode, "selections", property(looked))
        act()
    return count


@pytest.mark.parametrize("levels", [10, 20, 40])
def test_amplifying_fragments_are_looked_at_once_each(levels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = amplified(levels)
    tree, sets = parse(text), text.count("{")
    assert visits(lambda: measured(tree), monkeypatch) == sets
    assert visits(lambda: cost_of_tree(tree, {}), monkeypatch) == sets


def test_amplified_values_are_counted_up_to_a_ceiling() -> None:
    found = measured(parse(amplified(90)))
    assert (found.depth, found.fields, found.aliases) == (184, module.CEILING, module.CEILING)
    assert cost_of(amplified(40)) > 100 * 2**40 > 0
    assert cost_of(amplified(90)) == CEILING


@pytest.mark.parametrize(
    "text",
    [
        "{ viewer { ...A } } fragment A on Viewer { ...A }",
        "{ viewer { ...A } } fragment A on Viewer { id ...B ...B } fragment B on Viewer { id ...A ...A }",
        "{ viewer { ...A } } " + " ".join(f"fragment A{i} on Viewer {{ ...A{(i + 1) % 50} ...A }}" for i in range(50)),
    ],
)
def test_fragments_in_a_circle_are_measured_and_left_to_validation(text: str) -> None:
    tree = parse(text)
    assert measured(tree).fields < 1000
    assert validate(contract, tree)
