"""What a schema may tell of a field beyond its resolver: what it reads, and how a whole level is asked at once."""

import functools
import inspect
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any, Generic

import strawberry
from strawberry.types.field import StrawberryField

from executor.loader import K, Loader, V
from executor.rows import Layout

DECLARATION = "executor"


@dataclass(frozen=True, slots=True)
class Ask(Generic[K, V]):
    """One question for all objects of a level: `loader` gets their keys, or `key` where the arguments say it.

    `value` makes the field's value of an object and its answer; without it the answer is the value.
    """

    loader: Loader[K, V]
    value: Callable[[Any, V], Any] | None = None
    key: K | None = None

    def keys(self, attribute: str | None, objects: Sequence[Any], layout: Layout | None = None) -> list[K]:
        """What the loader is asked for, for each object; rows of one class have a layout."""
        if attribute is not None:
            position = None if layout is None else layout.positions.get(attribute)
            return list(map(attrgetter(attribute) if position is None else itemgetter(position), objects))
        if self.key is None:
            raise TypeError("Either the field's declaration names the attribute that is the key, or `Ask` has it.")
        return [self.key] * len(objects)


@dataclass(frozen=True, eq=False, slots=True)
class Batched:
    """A field that a loader answers. `ask(info, **arguments)` is called once a level, whatever the number of objects.

    `key` is the attribute of an object that the loader is asked by; without it `Ask.key` is. `column` is set where the
    field is not the related row itself but about one of its attributes. `missing` makes what is raised where there is
    no related row.

    `join` names the relation for row classes that have the related row beside their own columns. If `inline`, the field
    is the row or the column as it stands there, and nobody is asked: then there are no arguments, and no `Ask.value`.
    """

    ask: Callable[..., Ask[Any, Any]]
    key: str | None = None
    join: Hashable | None = None
    column: str | None = None
    inline: bool = True
    missing: Callable[[], Exception] | None = None

    @property
    def in_place(self) -> bool:
        """Whether the field is what stands in the row, where it does."""
        return self.join is not None and self.inline

    def value(self, asked: Ask[Any, Any]) -> Callable[[Any, Any], Any] | None:
        """What makes the field's value of an object and the loader's answer; None where it is the answer."""
        if asked.value is not None:
            if self.in_place:
                raise TypeError("A field that is joined in place is what stands there; give it `inline=False`.")
            return asked.value
        if self.missing is None and self.column is None:
            return None
        return self._value

    def _value(self, _object: Any, answer: Any) -> Any:
        if answer is None:
            if self.missing is not None:
                raise self.missing()
            return None
        return answer if self.column is None else getattr(answer, self.column)


@dataclass(frozen=True, eq=False, slots=True)
class Attribute:
    """A field that is an attribute of its object, converted where it is not None.

    `written` is the conversion as an expression in `{v}`, whose value is what stands in the answer.
    """

    name: str
    convert: Callable[[Any], Any]
    written: str | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Reads:
    """The attributes of its object that a resolver reads; a resolver that does not say may read any."""

    names: tuple[str, ...]


def declaration_of(field: StrawberryField | None) -> Batched | Attribute | Reads | None:
    """What was declared of a field, if anything."""
    metadata: Any = None if field is None else field.metadata
    declared: Batched | Attribute | Reads | None = metadata.get(DECLARATION) if metadata else None
    return declared


def batched(
    *,
    key: str | None = None,
    join: Hashable | None = None,
    column: str | None = None,
    inline: bool = True,
    missing: Callable[[], Exception] | None = None,
    graphql_type: Any = None,
    description: str | None = None,
) -> Callable[[Callable[..., Ask[Any, Any]]], Any]:
    """Declare a field by `(info, **arguments) -> Ask`; the arguments' annotations are the GraphQL arguments."""

    def declare(ask: Callable[..., Ask[Any, Any]]) -> Any:
        declaration = Batched(ask, key, join, column, inline, missing)
        if declaration.in_place and len(inspect.signature(ask).parameters) > 1:
            raise TypeError("A field with arguments can't be joined in place; give it `inline=False`.")

        async def resolve(root: Any, info: Any, **arguments: Any) -> Any:
            asked = ask(info, **arguments)
            (asked_for,) = asked.keys(key, [root])
            answer, value = await asked.loader.load(asked_for), declaration.value(asked)
            return answer if value is None else value(root, answer)

        functools.update_wrapper(resolve, ask)
        del resolve.__wrapped__  # type: ignore[attr-defined]  # its signature has no object, which Strawberry must see
        resolve.__signature__ = _with_root(ask)  # type: ignore[attr-defined]  # what `inspect.signature` looks at
        return strawberry.field(
            resolver=resolve,
            graphql_type=graphql_type,
            description=description,
            metadata={DECLARATION: declaration},
        )

    return declare


def attribute(
    name: str,
    convert: Callable[[Any], Any],
    *,
    written: str | None = None,
    description: str | None = None,
    graphql_type: Any = None,
) -> Any:
    """Declare a field that is an attribute of its object under another form."""

    def resolve(root: Any) -> Any:
        value = getattr(root, name)
        return None if value is None else convert(value)

    return strawberry.field(
        resolver=resolve,
        graphql_type=graphql_type,
        description=description,
        metadata={DECLARATION: Attribute(name, convert, written)},
    )


def reads(*names: str) -> dict[str, Reads]:
    """`metadata` of a field whose resolver reads only these attributes of its object."""
    return {DECLARATION: Reads(names)}


def _with_root(ask: Callable[..., Any]) -> inspect.Signature:
    signature = inspect.signature(ask)
    root = inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return signature.replace(parameters=[root, *signature.parameters.values()])
