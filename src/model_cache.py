"""botocore's service models without the parts that nobody here reads, cached in the user's cache folder.

botocore takes a tenth of a second to read EC2's model, most of which is documentation. The cache is plain JSON and
holds nothing of an account; the folder can be deleted at any time. A file counts only if the user owns it, nobody else
can read or write it, and it was made from the same files that botocore has now; otherwise it is made again.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Model = dict[str, Any]
FORM = 1  # of the cached files; a new number makes them again
MODEL = "service-2"


class TerseLoader(Loader):
    """A loader for models without their documentation, each of which it reads once."""

    def __init__(self, paths: Iterable[str]) -> None:
        super().__init__(extra_search_paths=list(paths), include_default_search_paths=False)
        self._paths = tuple(paths)
        self._models: dict[str, Model] = {}

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Model:
        """Return a service's model; without its documentation unless another type or version is asked for."""
        if type_name != MODEL or api_version:
            return dict(super().load_service_model(service_name, type_name, api_version))
        if service_name not in self._models:
            of, whole = files(service_name, self._paths), OneService(self._paths, service_name).load_service_model
            self._models[service_name] = kept(service_name, of, lambda: undocumented(whole(service_name, MODEL)))
        return self._models[service_name]


class OneService(Loader):
    """A loader for one service, discarded after use with the model it holds; it needn't list 400 services first."""

    def __init__(self, paths: Iterable[str], service: str) -> None:
        super().__init__(extra_search_paths=list(paths), include_default_search_paths=False)
        self._service = service

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the one service in a list."""
        del type_name
        return [self._service]


def undocumented(model: Model) -> Model:
    """Return a model without the documentation of its operations and shapes, which is most of it."""
    return {name: terse(part) if name in ("operations", "shapes") else part for name, part in model.items()}


def terse(part: Any) -> Any:
    """Return a part of a model without its documentation."""
    if isinstance(part, list):
        return [terse(value) for value in part]
    if not isinstance(part, dict):
        return part
    return {key: terse(value) for key, value in part.items() if key != "documentation" or not isinstance(value, str)}


def kept(name: str, of: list[Any], make: Callable[[], Model]) -> Model:
    """Return what ``make`` returns, or returned before for the same ``of``.

    Args:
        name: the name of the cache file, without suffix.
        of: JSON that identifies the sources: ``files`` of a service, and which parts are wanted.
        make: creates the content.
    """
    folder, made_of = _folder(), [FORM, *of]
    if folder is None:
        return make()
    path = folder / f"{name}.json"
    found = _read(path, made_of)
    if found is None:
        found = make()
        _write(path, {"made_of": made_of, "model": found})
    return found


def _folder() -> Path | None:
    """Return the cache folder by the XDG Base Directory Specification (which ignores relative paths), or None."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    home = os.environ.get("HOME", "")
    base = Path(given) if given.startswith("/") else Path(home, ".cache") if home.startswith("/") else None
    return base and base / "carbuyer-cleanup" / "models"


def files(service: str, paths: Iterable[str]) -> list[Any]:
    """Return what identifies a service's model files in these folders: the path, size and time of each."""
    found = [file for path in paths for file in sorted(Path(path, service).glob(f"*/{MODEL}*"))]
    return [[str(file), file.stat().st_size, file.stat().st_mtime_ns] for file in found]


def _read(path: Path, made_of: list[Any]) -> Model | None:
    """Return the cached model, or None if there is none, or if anybody else could have written it."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), encoding="utf-8") as file:  # noqa: PTH123
            status = os.fstat(file.fileno())
            if status.st_uid != os.getuid() or status.st_mode & 0o077:
                return None
            found = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    is_it = isinstance(found, dict) and found.get("made_of") == made_of and isinstance(found.get("model"), dict)
    return found["model"] if is_it else None


def _write(path: Path, content: Any) -> None:
    """Write the cache file if possible: without it, the next process only takes longer."""
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
        try:
            with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
                file.write(json.dumps(content))  # json.dump is written in Python, ten times as slow
            Path(name).replace(path)
        except OSError:
            Path(name).unlink()
            raise
