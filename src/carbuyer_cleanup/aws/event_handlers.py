"""The event handlers of an account's clients: the session's, which all of them share, and each one's own.

botocore copies the session's whole tree of handlers for each client, 90 KiB: two thirds of a client's memory.
"""

from __future__ import annotations

from typing import Any

from botocore.hooks import EventAliaser, HierarchicalEmitter


class Shared(EventAliaser):
    """A session's handlers. A copy of it, as each client takes one, has them too, and those that it is given.

    It remembers what names of events are short for, for all clients: each would find that out anew.
    """

    _emitter: Any  # botocore's
    _alias_name_cache: dict[str, str]  # likewise

    @classmethod
    def of(cls, emitter: Any) -> Shared:
        """Return those of a session's."""
        return cls(emitter._emitter)  # noqa: SLF001 - botocore's own aliaser shows it nowhere

    def __copy__(self) -> Shared:
        """Return what a client takes."""
        twin = Shared(Own(self._emitter))
        twin._alias_name_cache = self._alias_name_cache
        return twin


class Own(HierarchicalEmitter):
    """A client's own handlers, which act after the session's.

    By themselves they would come between the session's, by how special the event is that they are for. It makes one
    difference: the header with the number of tries is there when a request is signed, as in AWS's SDK for Java.
    """

    def __init__(self, shared: Any = None) -> None:
        super().__init__()
        self._shared = shared

    def emit(self, event_name: str, **given: Any) -> list[Any]:
        """Call all handlers of an event, and return what each returned."""
        return [*self._shared.emit(event_name, **given), *super().emit(event_name, **given)]

    def emit_until_response(self, event_name: str, **given: Any) -> Any:
        """Call the handlers of an event until one returns something."""
        found = self._shared.emit_until_response(event_name, **given)
        return super().emit_until_response(event_name, **given) if found[1] is None else found
