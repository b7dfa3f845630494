"""Calling resolvers: a Strawberry resolver is called as the function it is, with arguments converted once a level."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import strawberry

from executor.arguments import Arguments, are_immutable
from executor.info import ObjectInfo
from executor.plan import FieldPlan
from executor.values import close

if TYPE_CHECKING:
    from executor.run import Run
    from executor.work import Work


def strawberry_schema(run: "Run") -> strawberry.Schema:
    """The Strawberry schema that graphql-core's was made of."""
    schema: strawberry.Schema = run.execution.schema._strawberry_schema  # noqa: SLF001  Strawberry's own way back
    return schema


def results(entry: FieldPlan, work: "Work", run: "Run") -> list[Any]:
    """What the field's resolver answers for each object; anything awaitable among it is still to be awaited."""
    call = Resolver(entry, run).call
    if run.record is not None:
        call = partial(run.record.call, call)
    answers: list[Any] = []
    try:
        for index, source in enumerate(work.objects):
            answers.append(call(source, ObjectInfo(entry, run, work, index)))
    except BaseException:
        close(answers)
        raise
    return answers


class Resolver:
    """One field's resolver in one run."""

    def __init__(self, entry: FieldPlan, run: "Run") -> None:
        self._entry = entry
        self._run = run
        self._arguments: Arguments = entry.arguments
        self._plain = self._is_plain()
        if self._plain:
            self._prepare()

    @property
    def call(self) -> Callable[[Any, ObjectInfo], Any]:
        """The resolver, to be called with an object and its info."""
        return self._directly if self._plain else self._through_graphql

    def _is_plain(self) -> bool:
        """Whether the field is what its function answers: no permission, extension or exception handler is about it."""
        field = self._entry.strawberry_field
        if field is None or field.base_resolver is None or field.extensions or field.is_subscription:
            return False
        return not strawberry_schema(self._run).exception_handlers

    def _prepare(self) -> None:
        field = self._entry.strawberry_field
        assert field is not None
        assert field.base_resolver is not None
        resolver = field.base_resolver
        root, info = resolver.parent_parameter or resolver.root_parameter, resolver.info_parameter
        self._function: Any = resolver.wrapped_func
        # None: it comes first, as `self`; an empty name: it isn't asked for.
        self._root_name = None if resolver.self_parameter else root.name if root else ""
        self._info_name = info.name if info else ""
        self._info_class = strawberry_schema(self._run).config.info_class
        self._kept: dict[str, Any] | None = None

    def _directly(self, source: Any, raw: ObjectInfo) -> Any:
        info = self._info_class(_raw_info=cast(Any, raw), _field=cast(Any, self._entry.strawberry_field))
        arguments = self._converted(info)
        if self._info_name:
            arguments[self._info_name] = info
        if self._root_name is None:
            return self._function(source, **arguments)
        if self._root_name:
            arguments[self._root_name] = source
        return self._function(**arguments)

    def _converted(self, info: Any) -> dict[str, Any]:
        """The arguments, a dict of each call's own; converted once where nobody can change them."""
        if self._kept is not None:
            return dict(self._kept)
        schema = strawberry_schema(self._run)
        arguments = self._arguments.converted(self._run.execution.variable_values, schema, info)
        if are_immutable(arguments):
            self._kept = dict(arguments)
        return arguments

    def _through_graphql(self, source: Any, info: ObjectInfo) -> Any:
        resolve = self._entry.definition.resolve or self._run.execution.executor.field_resolver
        return resolve(source, cast(Any, info), **self._arguments.given(self._run.execution.variable_values))
