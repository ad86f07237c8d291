"""Our modules that need the packages of an extra, which not everybody installs."""

from __future__ import annotations

import importlib
from typing import Any

from carbuyer_cleanup.errors import Refused


def imported(module: str) -> Any:
    """Return a module of ``certificate``, by name, that needs the ``sign`` extra.

    Raises:
        Refused: a package of the extra is not installed.
    """
    try:
        return importlib.import_module(f"carbuyer_cleanup.certificate.{module}")
    except ModuleNotFoundError as error:
        msg = f"Signing and checking need the package {error.name}: install the suite's extra, pip install -e '.[sign]'"
        raise Refused(msg) from error
