"""The providers' stand-ins, a file each; whatever is put here is found."""

import importlib
import pkgutil
from typing import Any

from fakes.vendor import Vendor


def found() -> tuple[Vendor, ...]:
    """One of each kind of Vendor below this package, by name."""
    for module in pkgutil.iter_modules(__path__, __name__ + "."):
        importlib.import_module(module.name)
    return tuple(sorted((kind() for kind in _kinds(Vendor)), key=lambda vendor: vendor.key))


def _kinds(base: Any) -> list[Any]:
    below = [kind for direct in base.__subclasses__() for kind in (direct, *_kinds(direct))]
    return [kind for kind in below if getattr(kind, "key", "") and kind.__module__.startswith(__name__)]
