"""Which certificates the clients trust: all use one TLS context, which reads them once.

botocore creates a context for each client, and urllib3 reads the whole certificate file into it for each connection:
18 ms of CPU, and an audit at full depth opens a thousand connections. The checks are the same.
"""

from __future__ import annotations

import ssl
import threading
from functools import cache
from typing import Any

from botocore.httpsession import create_urllib3_context, get_cert_path

Given = tuple[object, object, object]

HOSTS = 40  # hosts whose connections a client keeps: one client asks a service in all Regions; urllib3 would keep ten


class Context(ssl.SSLContext):
    """A context that reads nothing twice, and can't be told to check less."""

    lock: threading.Lock
    read: set[Given]

    def load_verify_locations(self, cafile: Any = None, capath: Any = None, cadata: Any = None) -> None:
        """Read certificates, unless they have been read; no connection is made meanwhile."""
        given = (cafile, capath, cadata)
        with self.lock:
            if given not in self.read:
                super().load_verify_locations(cafile, capath, cadata)
                self.read.add(given)

    @property  # type: ignore[override] # the library's own says int
    def verify_mode(self) -> ssl.VerifyMode:
        """How certificates are checked: servers must have valid ones."""
        return ssl.VerifyMode(super().verify_mode)

    @verify_mode.setter
    def verify_mode(self, mode: ssl.VerifyMode) -> None:
        if mode != ssl.CERT_REQUIRED:
            msg = "this context is shared: whoever is not to be checked needs another"
            raise ssl.SSLError(msg)


def share(client: Any) -> None:
    """Let a client that checks certificates share the context of all that trust the same file, and keep connections.

    botocore accepts neither from outside. If another version of it is built differently, clients keep their own.
    """
    http = getattr(getattr(client, "_endpoint", None), "http_session", None)
    trusted, manager = getattr(http, "_verify", None), getattr(http, "_manager", None)
    if manager:
        manager.pools = type(manager.pools)(HOSTS)
    if trusted and manager:
        manager.connection_pool_kw["ssl_context"] = context_of(str(get_cert_path(trusted)))


@cache
def context_of(_file: str) -> Context:
    """Return the context for a certificate file, with everything else as botocore sets it."""
    context = create_urllib3_context()
    context.__class__ = Context
    assert isinstance(context, Context)  # noqa: S101 - for mypy
    context.lock, context.read = threading.Lock(), set()
    return context
