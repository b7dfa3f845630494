"""Shaping: generated code that turns the objects of one place in the answer into its dicts, a whole level at a time.

For each plan and each class of objects one function is made. Of a row class it reads columns by position, without
checks where the layout vouches for their types; it also writes out related rows that stand in the same row. Of other
objects it reads attributes and checks what they hold.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLEnumType

from executor.declarations import Attribute, Batched
from executor.leaves import completion, guard, names_of, trusted
from executor.plan import FieldPlan, ObjectPlan
from executor.rows import ColumnType, Layout, layout_of
from executor.values import Unexpected


@dataclass(eq=False, slots=True)
class Shaper:
    """`shape(objects, *columns)` makes the dicts; each column has a value for each object."""

    columns: list[FieldPlan]
    shape: Callable[..., list[dict[str, Any]]]
    code: str
    layout: Layout | None


def shaper_for(plan: ObjectPlan, cls: type | None) -> Shaper:
    """The shaper for objects of one class; None: of any."""
    shaper: Shaper | None = plan.shapers.use(cls)
    if shaper is None:
        shaper = _Writer(plan, layout_of(cls) if cls is not None else None).shaper()
        plan.shapers.keep(cls, shaper)
    return shaper


class _Writer:
    """Writes one shaper. Every entry is an expression on `s`, the object, or on `c0, c1, …`, its columns' values."""

    def __init__(self, plan: ObjectPlan, layout: Layout | None) -> None:
        self._plan = plan
        self._layout = layout
        self._columns: list[FieldPlan] = []
        self._constants: dict[str, Any] = {"absent": _absent}
        self._names: dict[int, str] = {}

    def shaper(self) -> Shaper:
        entries = self._entries(self._plan, self._layout)
        names = [f"c{index}" for index in range(len(self._columns))]
        lists = "".join(f", {name}_" for name in names)
        each = f"s, {', '.join(names)} in zip(objects{lists}, strict=True)" if names else "s in objects"
        code = "\n".join(
            (
                f"def shape(objects{lists}):",
                "    shaped = []",
                "    add = shaped.append",
                f"    for {each}:",
                f"        add({entries})",
                "    return shaped",
            )
        )
        exec(compile(code, f"<shape {self._plan.type.name}>", "exec"), self._constants)  # noqa: S102  our own code
        return Shaper(self._columns, self._constants["shape"], code, self._layout)

    def _entries(self, plan: ObjectPlan, layout: Layout | None, *, joined: bool = False) -> str:
        entries = (f"{entry.response_name!r}: {self._entry(entry, layout, joined=joined)}" for entry in plan.fields)
        return "{" + ", ".join(entries) + "}"

    def _entry(self, entry: FieldPlan, layout: Layout | None, *, joined: bool) -> str:
        if entry.name == "__typename":
            return repr(entry.parent_type.name)
        if layout is not None and (inline := self._related(entry, layout)):
            return inline
        if entry.leaf is not None and (read := self._read(entry, layout)):
            return read
        assert not joined, "is_flat() lets only what can be read in place into a joined row"
        self._columns.append(entry)
        value = f"c{len(self._columns) - 1}"
        return value if entry.leaf is None else self._completed(entry, value)

    def _read(self, entry: FieldPlan, layout: Layout | None) -> str | None:
        """A leaf that is an attribute of the object."""
        if isinstance(entry.declaration, Attribute):
            return self._converted(entry, entry.declaration, layout)
        if entry.attribute is None:
            return None
        value = _place(entry.attribute, layout)
        if layout is not None and entry.attribute in layout.types:
            return self._column(entry, value, layout.types[entry.attribute])
        return self._completed(entry, value)

    def _converted(self, entry: FieldPlan, declaration: Attribute, layout: Layout | None) -> str:
        value = _place(declaration.name, layout)
        column = layout.types.get(declaration.name) if layout is not None else None
        if column is not None and not column.optional and declaration.written is not None:
            return declaration.written.format(v=value)
        convert = self._constant(declaration.convert)
        if column is not None and not column.optional:
            return self._completed(entry, f"{convert}({value})")
        return self._completed(entry, f"None if (v := {value}) is None else {convert}(v)")

    def _related(self, entry: FieldPlan, layout: Layout) -> str | None:
        """A relation whose row stands in the same row, written out in place."""
        declaration = entry.declaration
        if not isinstance(declaration, Batched) or not declaration.in_place or declaration.join not in layout.joins:
            return None
        joined = layout.joins[declaration.join]
        if declaration.column is not None:
            if entry.leaf is None or declaration.column not in joined.positions:
                return None
            column = replace(joined.types[declaration.column], optional=True)
            return self._column(entry, f"s[{joined.positions[declaration.column]}]", column)
        if not is_flat(entry, joined):
            return None
        (child,) = entry.children.values()
        absent = "absent()" if entry.levels[0] else "None"
        return f"{absent} if s[{joined.present}] is None else {self._entries(child, joined, joined=True)}"

    def _column(self, entry: FieldPlan, value: str, column: ColumnType) -> str:
        expression = trusted(entry, column)
        if expression is None:
            return self._completed(entry, value)
        names = self._constant(names_of(entry.leaf)) if isinstance(entry.leaf, GraphQLEnumType) else ""
        return expression.format(v=value, names=names)

    def _completed(self, entry: FieldPlan, value: str) -> str:
        complete, condition = self._constant(completion(entry)), guard(entry)
        if condition is None:
            return f"{complete}({value})"
        none = "" if entry.levels[0] else " or v is None"
        value = f"({value})" if " if " in value else value  # parentheses make Python's parser slow
        return f"v if {condition.format(v=f'v := {value}')}{none} else {complete}(v)"

    def _constant(self, value: Any) -> str:
        name = self._names.get(id(value))
        if name is None:
            name = self._names[id(value)] = f"k{len(self._constants)}"
            self._constants[name] = value
        return name


def is_flat(entry: FieldPlan, joined: Layout) -> bool:
    """Whether all that is selected of a related row can be read from it in place."""
    if len(entry.levels) > 1 or entry.abstract is not None or len(entry.children) != 1:
        return False
    (child,) = entry.children.values()
    return all(_in_place(part, joined) for part in child.fields)


def _in_place(part: FieldPlan, joined: Layout) -> bool:
    if part.name == "__typename":
        return True
    if part.leaf is None:
        return False
    name = part.declaration.name if isinstance(part.declaration, Attribute) else part.attribute
    return name is not None and name in joined.positions


def _place(name: str, layout: Layout | None) -> str:
    return f"s[{layout.positions[name]}]" if layout is not None and name in layout.positions else f"s.{name}"


def _absent() -> None:
    raise Unexpected("null")
