"""Running a plan: down through the answer a level at a time to get every object, then up again shaping them.

A level is what can be had without waiting. What is to be awaited in it, loaders' batches and resolvers alike, is
awaited together before the next level begins. Each place of the answer is one `Work`, however many objects it has.

Nothing here completes errors: whatever goes wrong is raised, and graphql-core answers the operation again.
"""

import logging
import time
from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from graphql import default_type_resolver

from executor.calls import results, strawberry_schema
from executor.declarations import Batched
from executor.info import ObjectInfo
from executor.plan import FieldPlan, ObjectPlan
from executor.rows import layout_of
from executor.shape import shaper_for
from executor.spread import as_lists, elements_at, flattened, put_back
from executor.values import Unexpected, all_of, all_to_their_ends, close, is_awaitable, odd_kinds, require_plain
from executor.work import Question, Spread, Work, by_loader

if TYPE_CHECKING:
    from executor.execution import Execution
    from executor.record import Recorder


logger = logging.getLogger(__name__)


class Run:
    """One execution of a plan's group."""

    def __init__(self, execution: "Execution", record: "Recorder | None") -> None:
        self.execution = execution
        self.loaders: dict[int, Any] = {}
        self.record = record
        self._trace = execution.trace
        self._ready: list[Work] = []
        self._works: list[Work] = []
        self._questions: list[Question] = []
        self._waiting: list[tuple[list[Any], Callable[[list[Any]], None]]] = []

    async def attempt(self, plan: ObjectPlan) -> dict[str, Any] | None:
        """The group's part of the data; None where anything goes wrong, which graphql-core meets again and tells."""
        try:
            return await self._answer(plan)
        except Exception:
            logger.debug("graphql-core answers again", exc_info=True)
            return None
        finally:
            # They refer to each other; left like that, all of the answer's rows would wait for the garbage collector.
            for work in self._works:
                work.release()

    async def _answer(self, plan: ObjectPlan) -> dict[str, Any]:
        top = Work(plan, [self.execution.root_value])
        self._ready.append(top)
        try:
            while True:
                while self._ready:
                    self._enter(self._ready.pop())
                if not (self._questions or self._waiting):
                    break
                await self._level()
        except BaseException:
            self._discard()
            raise
        started = time.perf_counter()
        for work in reversed(self._works):
            work.finish()
        if self._trace is not None:
            self._trace.shaped_in(started)
        data: dict[str, Any] = top.shaped[0]
        return data

    def _enter(self, work: Work) -> None:
        """Read what can be read of a work's objects, and note what must be asked or awaited."""
        self._works.append(work)
        kinds = set(map(type, work.objects))
        if work.origin is not None:
            self._check_type(work, kinds)
        cls = next(iter(kinds)) if len(kinds) == 1 else None
        shaper = work.shaper = shaper_for(work.plan, cls if cls is not None and layout_of(cls) else None)
        if self._trace is not None:
            self._trace.joined(work, shaper)
        work.columns = [None] * len(shaper.columns)
        for slot, entry in enumerate(shaper.columns):
            if isinstance(entry.declaration, Batched):
                self._ask(work, slot, entry, entry.declaration)
                continue
            if self._trace is not None:
                self._trace.resolved(work, entry)
            if entry.attribute is not None:
                self._arrived(work, slot, entry, list(map(attrgetter(entry.attribute), work.objects)))
            else:
                self._arrived(work, slot, entry, results(entry, work, self))

    def _check_type(self, work: Work, kinds: set[type]) -> None:
        is_type_of = work.plan.type.is_type_of
        if is_type_of is None:
            return
        assert work.origin is not None
        entry, parent = work.origin.entry, work.origin.parent
        info: Any = ObjectInfo(entry, self, parent, 0)
        checked = work.objects
        if all(map(layout_of, kinds)):  # rows of a class are all of a type
            checked = [next(row for row in work.objects if type(row) is kind) for kind in kinds]
        for value in checked:
            answer = is_type_of(value, info)
            if not answer or is_awaitable(answer):
                close([answer])
                raise Unexpected("type")

    def _ask(self, work: Work, slot: int, entry: FieldPlan, declaration: Batched) -> None:
        assert entry.strawberry_field is not None
        raw, schema = ObjectInfo(entry, self, work, 0), strawberry_schema(self)
        info = schema.config.info_class(_raw_info=cast(Any, raw), _field=entry.strawberry_field)
        asked = declaration.ask(info, **entry.arguments.converted(self.execution.variable_values, schema, info))
        self.loaders[id(asked.loader)] = asked.loader
        keys = asked.keys(declaration.key, work.objects, None if work.shaper is None else work.shaper.layout)
        question = Question(work, slot, entry, asked.loader, declaration.value(asked), keys)
        if self._trace is not None:
            self._trace.asked(question)
        ready = asked.loader.ready(keys)
        if ready is None:
            self._questions.append(question)
        else:
            self._take([question], ready)

    def _arrived(self, work: Work, slot: int, entry: FieldPlan, values: list[Any], level: int = 0) -> None:
        """Take a field's values, one for each object; with those that are to be awaited they come again.

        Of lists, the elements at `level` and deeper may still have to be awaited.
        """
        depth = len(entry.levels) - 1
        for at in range(level, depth + 1):
            elements = elements_at(values, at)
            if self._must_wait(elements):
                self._waiting.append((elements, partial(self._settled, work, slot, entry, at, values)))
                return
            if at < depth:
                values = as_lists(values, at)
        if entry.leaf is not None:
            work.columns[slot] = values
            return
        objects = flattened(values, entry.levels)
        work.columns[slot] = spread = Spread(work, entry, values, count=len(objects))
        self._descend(spread, objects)

    def _settled(  # noqa: PLR0917  `partial` gives all but the last
        self, work: Work, slot: int, entry: FieldPlan, at: int, before: list[Any], settled: list[Any]
    ) -> None:
        values = put_back(before, at, settled)
        if at < len(entry.levels) - 1:
            values = as_lists(values, at)
        self._arrived(work, slot, entry, values, at + 1)

    @staticmethod
    def _must_wait(values: list[Any]) -> bool:
        """Whether any of the values is awaitable; raises one that is an error."""
        if not odd_kinds(values):
            return False
        if any(map(is_awaitable, values)):
            return True
        for value in values:
            require_plain(value)
        return False

    def _descend(self, spread: Spread, objects: list[Any]) -> None:
        if not objects:
            return
        if spread.entry.abstract is None:
            (plan,) = spread.entry.children.values()
            self._begin(spread, plan, objects, None)
            return
        for plan, places in self._by_type(spread, objects):
            self._begin(spread, plan, [objects[place] for place in places], places)

    def _begin(self, spread: Spread, plan: ObjectPlan, objects: list[Any], places: list[int] | None) -> None:
        work = Work(plan, objects, spread, places)
        spread.works.append((work, places))
        self._ready.append(work)

    def _by_type(self, spread: Spread, objects: list[Any]) -> Iterator[tuple[ObjectPlan, list[int]]]:
        """Objects of an abstract type by the type each turns out to have."""
        entry, abstract = spread.entry, spread.entry.abstract
        assert abstract is not None
        resolve_type = abstract.resolve_type or default_type_resolver
        places: dict[str, list[int]] = {}
        for place, value in enumerate(objects):
            info: Any = ObjectInfo(entry, self, spread.parent, partial(spread.parent_of, place))
            name = resolve_type(value, info, abstract)
            if not isinstance(name, str) or name not in entry.children:
                close([name])
                raise Unexpected("type")
            places.setdefault(name, []).append(place)
        for name, found in places.items():
            yield entry.children[name], found

    async def _level(self) -> None:
        """Await all that this level waits for, and go on with it."""
        questions, self._questions = self._questions, []
        waiting, self._waiting = self._waiting, []
        awaited = [value for values, _ in waiting for value in values if is_awaitable(value)]
        batches = by_loader(questions)
        everything = [*awaited, *(batch.answers() for batch in batches)]
        answers = iter(await (all_of(everything) if self.record is None else all_to_their_ends(everything)))
        if self._trace is not None:
            self._trace.level_ends()
        for values, resume in waiting:
            settled = [next(answers) if is_awaitable(value) else value for value in values]
            for value in settled:
                require_plain(value)
            resume(settled)
        for batch in batches:
            self._take(batch.questions, next(answers))

    def _take(self, questions: list[Question], answers: list[Any]) -> None:
        start = 0
        for question in questions:
            values = answers[start : start + len(question.keys)] if len(questions) > 1 else answers
            start += len(question.keys)
            if question.value is not None:
                values = list(map(question.value, question.work.objects, values))
            self._arrived(question.work, question.slot, question.entry, values)

    def _discard(self) -> None:
        """Close what will not be awaited any more, so that nobody wonders why it never was."""
        for values, _ in self._waiting:
            close(values)
