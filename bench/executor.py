"""The executor by itself, on a schema that has nothing to do with videos: no database, no HTTP.

`python -m bench.executor`, or `make bench-executor`. Prints: what a request costs for 10 to 10,000 objects, how long a
document of 1,000 fields takes to compile and to run against code written by hand, and what 10,000 documents leave in
memory. Medians; what counts is how they compare.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psutil
import strawberry
from graphql import parse
from graphql.execution.values import VariableValues

from executor import Ask, CompiledExecutionContext, Documents, Loader, batched
from executor.documents import Document
from executor.operation import Operation
from executor.shape import shaper_for

RUNS = 15
FIELDS = 1_000
DOCUMENTS = 10_000


async def shelves(keys: list[int]) -> list[str]:
    """The answers of a loader that need not wait."""
    return [f"shelf {key}" for key in keys]


@strawberry.type
class Book:
    id: int
    title: str
    pages: int

    @batched(key="id", graphql_type=str)
    def shelf(info: strawberry.Info) -> Ask[int, str]:  # noqa: N805  it is about a level, not about one book
        return Ask(info.context)


@strawberry.type
class Query:
    @strawberry.field
    def books(self, count: int) -> list[Book]:
        return [Book(id=number, title=f"book {number}", pages=number % 900) for number in range(count)]


schema = strawberry.Schema(Query, execution_context_class=CompiledExecutionContext)
reference = strawberry.Schema(Query)


async def main() -> None:
    """Print the three tables."""
    await _rows()
    await _fields()
    _documents()


async def _rows() -> None:
    print("objects   compiled ms   µs each   graphql-core ms   ratio   calls of the loader")
    query = "query ($count: Int!) { books(count: $count) { id title pages shelf } }"
    for count in (10, 100, 1_000, 10_000):
        calls: list[int] = []
        ours = await _median(lambda count=count, calls=calls: _execute(schema, query, count, calls))  # type: ignore[misc]  # mypy can't infer a lambda's defaults
        theirs = await _median(lambda count=count: _execute(reference, query, count, []))  # type: ignore[misc]  # as above
        each, ratio, loads = ours * 1e6 / count, theirs / ours, len(calls) / (RUNS + 1)
        print(f"{count:7,}   {ours * 1e3:11.2f}   {each:7.2f}   {theirs * 1e3:15.2f}   {ratio:5.1f}   {loads:.0f}")


async def _execute(target: strawberry.Schema, query: str, count: int, calls: list[int]) -> None:
    async def ask(keys: list[int]) -> list[str]:
        calls.append(len(keys))
        return await shelves(keys)

    result = await target.execute(query, {"count": count}, context_value=Loader(ask))
    assert result.errors is None


async def _fields() -> None:
    text = "{ books(count: 100) { " + " ".join(f"a{number}: title" for number in range(FIELDS)) + " } }"
    tree = parse(text)
    started = time.perf_counter()
    node: Any = tree.definitions[0]
    plan = Operation(schema._schema, node, {}).plan(VariableValues({}, {}))  # noqa: SLF001  as the server does
    book = plan.groups[0].plan.fields[0].children["Book"]
    shaper_for(book, None)
    compiled = time.perf_counter() - started
    assert len(book.fields) == FIELDS
    documents = Documents(schema._schema, lambda _: [])  # noqa: SLF001  as above
    document = documents.get(text)
    ours = await _median(lambda: _run(document))
    books = [Book(id=number, title=f"book {number}", pages=number % 900) for number in range(100)]
    names = [f"a{number}" for number in range(FIELDS)]
    code = "[{" + ", ".join(f"{name!r}: book.title" for name in names) + "} for book in books]"
    by_hand = compile(code, "by hand", "eval")
    ceiling = await _median(lambda: _by_hand(by_hand, books))
    print(f"\n{FIELDS:,} fields: compiled, with the code for them, in {compiled * 1e3:.1f} ms;", end=" ")
    print(f"run on 100 objects in {ours * 1e3:.2f} ms, by hand {ceiling * 1e3:.2f} ms, ratio {ours / ceiling:.2f}")


async def _run(document: Document) -> None:
    operation = next(iter(document.operations.values()))
    values: Any = operation.variables.coerced({})
    result = await document.execution(operation, values, None).answer(operation.plan(values))
    assert result.errors is None


async def _by_hand(code: Any, books: list[Book]) -> None:
    data = eval(code, {"books": books})  # noqa: S307  our own code
    assert len(data) == 100


def _documents() -> None:
    documents = Documents(schema._schema, lambda _: [])  # noqa: SLF001  as the server does
    process, sizes = psutil.Process(), []
    for number in range(DOCUMENTS):
        document = documents.get(
            f"query ($count: Int!) {{ books(count: $count) {{ id n{number}: title pages shelf }} }}"
        )
        operation = next(iter(document.operations.values()))
        operation.plan(operation.variables.coerced({"count": 1}))  # type: ignore[arg-type]  # they are right
        if (number + 1) % 1_000 == 0:
            gc.collect()
            sizes.append(process.memory_info().rss / 1e6)
    print(f"\nMB after each 1,000 of {DOCUMENTS:,} documents: {' '.join(f'{size:.0f}' for size in sizes)}")


async def _median(run: Callable[[], Awaitable[None]]) -> float:
    """Seconds."""
    await run()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        await run()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    asyncio.run(main())
