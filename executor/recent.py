"""A mapping that keeps what was used last."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(OrderedDict[K, V], Generic[K, V]):
    """A mapping of what was used last; the longest unused goes when there are more than `most`."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def use(self, key: K) -> V | None:
        """The value, which is then the one used last."""
        value = self.get(key)
        if value is not None:
            self.move_to_end(key)
        return value

    def keep(self, key: K, value: V) -> list[V]:
        """Add a value; answers those that had to go for it."""
        self[key] = value
        return [self.drop() for _ in range(len(self) - self._most)]

    def drop(self) -> V:
        """Remove the value that was unused for longest."""
        return self.popitem(last=False)[1]
