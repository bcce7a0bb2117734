"""A registry that fills itself by walking a package: a new kind is a new file and nothing else names it."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Objects by key, found as module attributes marked by `register` in any module below `package`."""

    def __init__(self, package: str) -> None:
        self._package, self._items, self._loaded = package, dict[str, T](), False

    def register(self, key: str, item: T) -> T:
        """Add `item`; raises ValueError when the key is taken."""
        if key in self._items:
            raise ValueError(f"{self._package}: {key!r} is registered twice")
        self._items[key] = item
        return item

    def _load(self) -> None:
        if not self._loaded:
            package = importlib.import_module(self._package)
            for module in pkgutil.walk_packages(package.__path__, self._package + "."):
                importlib.import_module(module.name)
            self._loaded = True

    def __getitem__(self, key: str) -> T:
        self._load()
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        self._load()
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(sorted(self._items))

    def get(self, key: str) -> T | None:
        self._load()
        return self._items.get(key)

    def values(self) -> list[T]:
        return [self[key] for key in self]
