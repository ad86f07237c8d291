"""Containing errors: an answer that nobody foresaw fails one kind, one look or one account."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import CleanupError, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent

# The last call made since the innermost block below was entered: in a list, which tasks started in the block share.
_calls: ContextVar[list[str] | None] = ContextVar("calls", default=None)


def answered(call: str) -> None:
    """Remember the call whose answer is read next."""
    calls = _calls.get()
    if calls is not None:
        calls.append(call)
        del calls[:-1]


@contextmanager
def contained(what: str, known: tuple[type[Exception], ...] = (CleanupError,)) -> Iterator[None]:
    """Let out only ``known`` exceptions, which users may see; ``what`` names what is being looked at.

    Raises:
        NotUnderstood: anything else went wrong; the error describes it and has it as its cause.
    """
    calls: list[str] = []
    token = _calls.set(calls)
    try:
        yield
    except known:
        raise
    except Exception as error:
        raise as_user_error(error, what, *calls) from error
    finally:
        _calls.reset(token)


def as_user_error(error: Exception, what: str, call: str = "") -> CleanupError:
    """Return an error as users see it; ``call`` is the last one, whose answer was not understood."""
    if isinstance(error, CleanupError):
        return error
    made = NotUnderstood(what, call, _happened(error), _place(error))
    made.__cause__ = error
    return made


def _happened(error: Exception) -> str:
    if isinstance(error, KeyError) and error.args:
        return f"it has no {error.args[0]}"
    return f"{type(error).__name__}: {error}"


def _place(error: Exception) -> str:
    """Return the file and line of our innermost function that the error came through."""
    frames = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    places = [f"{path.relative_to(PACKAGE)}:{line}" for path, line in frames if path.is_relative_to(PACKAGE)]
    return places[-1] if places else "unknown place"
