"""microburst, a proxy that breaks AWS's answers on the way, before the sandbox's server."""

from __future__ import annotations

import asyncio
import random
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from microburst import rules as chances
from microburst.app import make_app, web
from microburst.core.pipeline import Microburst
from microburst.detection import host

if TYPE_CHECKING:
    from collections.abc import Iterator

Rule = dict[str, Any]

BROKEN: dict[str, Rule] = {
    "cut": {"response": {"truncate_frac": 0.5}},
    "empty": {"response": {"truncate_bytes": 0}},
    "aborted": {"response": {"abort_frac": 0.3}},
    "garbled": {"response": {"corrupt_bytes": 64}},
}
REFUSED: dict[str, Rule] = {
    "reset": {"reset": True},
    "failed": {"error": {"code": "InternalError", "status": 500}},
    "throttled": {"error": {"code": "ThrottlingException", "status": 400}},
    "unavailable": {"error": {"code": "ServiceUnavailable", "status": 503}},
}
SLOW: dict[str, Rule] = {"late": {"latency": 30}, "slow": {"response": {"bandwidth_kbps": 64}}}
ALL = {**BROKEN, **REFUSED, **SLOW}

SEED = 13  # of the draws that decide which answers a rule with a probability befalls

# It would read the models of all of botocore's services to tell them by their hosts' names; the signatures tell them.
host._endpoint_prefix_map = dict  # noqa: SLF001 - it has no option for that


class Proxy:
    """The proxy; ``rules`` says what happens to answers from now on."""

    def __init__(self, upstream: str) -> None:
        self._burst = Microburst(upstream, resign=False)
        self.address = ""

    def rules(self, *rules: Rule) -> None:
        """Follow these rules, in microburst's words; README of that project."""
        self._burst.engine.set_rules([{"id": str(number), **rule} for number, rule in enumerate(rules)])

    @property
    def fired(self) -> int:
        """How often a rule was followed."""
        return len(self._burst.fired)

    async def start(self) -> Any:
        """Listen on a port of this machine."""
        runner = web.AppRunner(make_app(self._burst), access_log=None)
        await runner.setup()
        builder = web.TCPSite(runner, "127.0.0.1", 0)
        await builder.start()
        name, port = runner.addresses[0][:2]
        self.address = f"http://{name}:{port}"
        return runner


@contextmanager
def proxy_before(upstream: str) -> Iterator[Proxy]:
    """Let a proxy stand before a server, in a thread."""
    proxy, loop = Proxy(upstream), asyncio.new_event_loop()
    runner = loop.run_until_complete(proxy.start())
    thread = threading.Thread(target=loop.run_forever, name="microburst", daemon=True)
    thread.start()
    try:
        with patch.object(chances, "random", random.Random(SEED)):  # noqa: S311 - a schedule, not a secret
            yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
