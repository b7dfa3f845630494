"""How many things viewers hold open at a time, counted by each process for itself."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID


class Slots:
    """So many for each viewer; `refusal` makes what is raised where there are no more."""

    def __init__(self, most: int, refusal: Callable[[int], Exception]) -> None:
        self._most = most
        self._refusal = refusal
        self._held: Counter[UUID] = Counter()

    def require(self, viewer: UUID) -> None:
        """Raise where none is free; takes none."""
        if self._held.get(viewer, 0) >= self._most:
            raise self._refusal(self._most)

    @contextmanager
    def held(self, viewer: UUID) -> Iterator[None]:
        """Hold one for as long as the block runs."""
        self.require(viewer)
        self._held[viewer] += 1
        try:
            yield
        finally:
            self._held[viewer] -= 1
            if not self._held[viewer]:
                del self._held[viewer]
