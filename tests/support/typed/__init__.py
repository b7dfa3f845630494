"""The operations of `codegen/operations/` with Python types: `data = await api.run("Videos", first=10)`.

`operations.py` has them, generated; `python -m tests.support.typed` writes it anew. Subscriptions are not among them:
`tests.support.live.events` follows those.

Of the generators there are, ariadne-codegen, turms and qenerate make Pydantic models, strawberry.codegen knows no
fragment beside fields, graphql-codegen needs Python 3.12; and none takes heed of `@semanticNonNull`.
"""
