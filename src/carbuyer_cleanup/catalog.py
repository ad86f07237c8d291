"""Every kind of resource that the suite deletes: a file in ``kinds`` is enough to add one."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from carbuyer_cleanup import kinds
from carbuyer_cleanup.resource import Kind

_MODULES = [import_module(f"{kinds.__name__}.{found.name}") for found in pkgutil.iter_modules(kinds.__path__)]
_FOUND = dict.fromkeys(kind for module in _MODULES for kind in vars(module).values() if isinstance(kind, Kind))
KINDS = tuple(sorted(_FOUND, key=lambda kind: kind.step))
NAMED = {kind.name: kind for kind in KINDS}
