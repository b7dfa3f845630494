"""What a change of the schema breaks: for an operation that goes on being sent, and for anybody at all.

`breaks` is exact about a deployed client, which keeps its document, its variables and its expectations:

- What it sends must be accepted: the document, and every value that its variables may have.
- What it gets must be what it knows, or stricter. Null where there was none is a break, also beside an error
  (`T!` to `T @semanticNonNull`): not every client takes it.
- Fewer kinds of answers break nothing: an enum value or a union member that never comes any more. More of them, a
  client was told to expect. A type's name matters only where it is asked for: by `__typename` or a fragment. (A member
  of a union that gets another name is one that goes and one that comes: neither breaks who asks for `__typename` only.)

Schemas are made from SDL: `@semanticNonNull` is read from it.
"""

from schema.compatibility.changes import Change, breaking_changes, causes, dangerous_changes, harmless
from schema.compatibility.report import Break
from schema.compatibility.walk import breaks

__all__ = ["Break", "Change", "breaking_changes", "breaks", "causes", "dangerous_changes", "harmless"]
