"""The event handlers of an account's clients: the session's, which all clients share, and each client's own.

For each client botocore copies the session's whole tree of handlers, 90 KiB: two thirds of a client's memory. And each
call has a dozen events, for each of which botocore goes through four functions.
"""

from __future__ import annotations

from functools import cache
from operator import is_
from typing import Any

import botocore.session
from botocore.hooks import EventAliaser, HierarchicalEmitter

FULL_NAMES: dict[str, str] = {}  # of events, by what botocore calls them: to find one out takes as long as signing


class Shared(EventAliaser):
    """A session's handlers. Each client takes a copy, which shares them and adds its own."""

    _emitter: Any  # botocore's
    _alias_event_name: Any  # likewise

    def __init__(self, emitter: Any) -> None:
        super().__init__(emitter)
        self._alias_name_cache = FULL_NAMES

    @classmethod
    def of(cls, emitter: Any) -> Shared:
        """Return the handlers of a session's emitter."""
        return cls(emitter._emitter)  # noqa: SLF001 - botocore's own aliaser shows it nowhere

    def __copy__(self) -> Shared:
        """Return a client's copy."""
        return Shared(Own(self._emitter))

    def emit(self, event_name: str, **given: Any) -> list[Any]:
        """Call all handlers of an event, and return what each returned."""
        found: list[Any] = self._emitter._emit(self._alias_event_name(event_name), given)  # noqa: SLF001 - see Own
        return found


class Own(HierarchicalEmitter):
    """A client's own handlers, which act after the session's; or a session's, which act after botocore's.

    botocore would put them between the session's, ordered by how specific their events are. That makes one difference:
    here the header with the number of tries is present when a request is signed, as in AWS's SDK for Java.
    """

    _lookup_cache: dict[str, Any]  # botocore's, and another one as soon as a handler comes or goes
    _handlers: Any  # likewise botocore's

    def __init__(self, shared: Any = None) -> None:
        super().__init__()
        self._trees: tuple[Any, ...] = (*getattr(shared, "_trees", [shared]), self)
        self._flat: tuple[list[Any], dict[str, list[Any]]] = ([], {})

    def __copy__(self) -> Own:
        """Return what a client takes that botocore makes of a light session: it has handlers of its own, too."""
        twin: Own = super().__copy__()
        twin._trees, twin._flat = (*self._trees[:-1], twin), ([], {})
        return twin

    def _emit(self, event_name: str, kwargs: dict[str, Any], stop_on_response: bool = False) -> list[Any]:  # noqa: FBT001, FBT002 - botocore's
        """Call the handlers of an event, if need be until one returns something: what all of botocore's ways call."""
        kwargs["event_name"] = event_name
        responses = []
        for handler in self._handlers_of(event_name):
            response = handler(**kwargs)
            responses.append((handler, response))
            if stop_on_response and response is not None:
                break
        return responses

    def _handlers_of(self, event_name: str) -> list[Any]:
        trees, (seen, flat) = self._trees, self._flat
        now = [tree._lookup_cache for tree in trees]  # noqa: SLF001 - of the same class of botocore's
        if not (seen and all(map(is_, seen, now))):
            flat = {}
            self._flat = now, flat
        if event_name not in flat:
            flat[event_name] = [one for tree in trees for one in tree._handlers.prefix_search(event_name)]  # noqa: SLF001 - likewise
        return flat[event_name]


def light_session() -> botocore.session.Session:
    """Return a session of botocore's that shares the handlers botocore gives each: 30 KiB in place of 130.

    A class has one for each account, from its beginning to its end.
    """
    return botocore.session.Session(event_hooks=Own(_botocores()), include_builtin_handlers=False)


@cache
def _botocores() -> Any:
    return botocore.session.Session().get_component("event_emitter")._emitter  # noqa: SLF001 - as above
