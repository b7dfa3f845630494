"""Attributes that are made when they are first asked for."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any


class _Lazy:
    """`functools.cached_property` without its lock, which takes longer than most of what it guards here."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, instance: Any, _owner: type) -> Any:
        if instance is None:
            return self
        value = self._make(instance)
        instance.__dict__[self._name] = value  # found there before this is, from now on
        return value


if TYPE_CHECKING:
    lazy = cached_property
else:
    lazy = _Lazy
