"""Compiled execution for any Strawberry schema.

    schema = strawberry.Schema(Query, execution_context_class=CompiledExecutionContext)

graphql-core walks an answer object by object and field by field. Here an operation is compiled once: for every place of
the answer, which fields its objects have, where each comes from and what it becomes. It is then run breadth first: all
objects of a place at once, all that a level waits for together; a loader gets the keys of a whole level in one call.
What the objects become is written by generated code. Whatever is out of the ordinary (a resolver that fails, a null
where none may be, introspection) is answered by graphql-core, so errors are its own: docs/decisions/0007.

Read in this order:
- `declarations`: what a schema may tell of a field: it is an attribute, it is a loader's answer; `rows`: what it may
  promise of its objects; `loader`: the dataloader, which takes a level's keys at once.
- `plan`: what is known of an operation once it is compiled. `compile` makes it, `arguments` those of its fields,
  `operation` and `documents` keep it.
- `run`: the way down, level by level, on what `work` holds; `calls` calls resolvers and `info` is what they are told,
  `spread` takes lists apart, `values` knows what must be awaited.
- `shape`: the way up, by generated code, which can be printed: `Shaper.code`; `leaves` writes scalars and enums.
- `execution`: a whole operation, and the way back to graphql-core; `record` sees to it that no mutation is done twice.
- `context`: the door for Strawberry; `explain`: what a run did. `recent` and `lazy` are small helpers.

How long things live: a `Document` and its `Plan` while they are in use, an `Execution` for one request, a `Run` for one
group of root fields, a `Work` for one place of the answer, a `Question` for one level.
"""

from executor.context import CompiledExecutionContext
from executor.declarations import Ask, attribute, batched, reads
from executor.documents import Documents
from executor.execution import outcomes
from executor.loader import Loader
from executor.plan import TypeReads
from executor.rows import ColumnType, Layout

__all__ = [
    "Ask",
    "ColumnType",
    "CompiledExecutionContext",
    "Documents",
    "Layout",
    "Loader",
    "TypeReads",
    "attribute",
    "batched",
    "outcomes",
    "reads",
]
