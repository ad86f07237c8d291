"""The event handlers of an account's clients: the session's, which all clients share, and each client's own.

For each client botocore copies the session's whole tree of handlers, 90 KiB: two thirds of a client's memory.
"""

from __future__ import annotations

from typing import Any

from botocore.hooks import EventAliaser, HierarchicalEmitter


class Shared(EventAliaser):
    """A session's handlers. Each client takes a copy, which shares them and adds its own.

    It remembers event names' aliases for all clients, so that each need not look them up again.
    """

    _emitter: Any  # botocore's
    _alias_name_cache: dict[str, str]  # likewise

    @classmethod
    def of(cls, emitter: Any) -> Shared:
        """Return the handlers of a session's emitter."""
        return cls(emitter._emitter)  # noqa: SLF001 - botocore's own aliaser shows it nowhere

    def __copy__(self) -> Shared:
        """Return a client's copy."""
        twin = Shared(Own(self._emitter))
        twin._alias_name_cache = self._alias_name_cache
        return twin


class Own(HierarchicalEmitter):
    """A client's own handlers, which act after the session's.

    botocore would put them between the session's, ordered by how specific their events are. That makes one difference:
    here the header with the number of tries is present when a request is signed, as in AWS's SDK for Java.
    """

    def __init__(self, shared: Any = None) -> None:
        super().__init__()
        self._shared = shared

    def emit(self, event_name: str, **given: Any) -> list[Any]:
        """Call all handlers of an event, and return what each one returned."""
        return [*self._shared.emit(event_name, **given), *super().emit(event_name, **given)]

    def emit_until_response(self, event_name: str, **given: Any) -> Any:
        """Call the handlers of an event until one returns something, and return that handler and its result."""
        found = self._shared.emit_until_response(event_name, **given)
        return super().emit_until_response(event_name, **given) if found[1] is None else found
