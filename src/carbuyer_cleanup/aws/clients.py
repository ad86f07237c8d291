"""The boto3 clients of an account, cut down to what the suite calls; one client per service asks in all Regions."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import botocore
from botocore.config import Config

from carbuyer_cleanup import __version__
from carbuyer_cleanup.aws.region_of_call import IN_REGION, Asker, goes_anywhere
from carbuyer_cleanup.aws.service_models import suite_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    import boto3

GLOBAL = frozenset({"iam", "cloudfront", "pricing-plan-manager", "sts"})  # one endpoint per partition; see Clients.home
HOME_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu")

# botocore's retries sleep in their thread; ours wait on the event loop, so hundreds of waits cost no thread.
CONFIG = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=40,  # one for each thread that may call (engine.THREADS): what doesn't fit is closed each time
    user_agent=f"carbuyer-cleanup/{__version__} Botocore/{botocore.__version__}",  # else built again for each call
)


class Clients:
    """The clients of a session, and what botocore knows about Regions.

    Args:
        session: the session whose credentials are used.
        partition: AWS's name for it, such as ``aws-cn``.
        region: the Region to ask if no other is given.
    """

    def __init__(self, session: boto3.Session, partition: str, region: str) -> None:
        self.session, self.partition, self.region = session, partition, region
        self.core = suite_session(session)  # botocore's, cut down to the calls of the suite
        self.clients: dict[tuple[str, str], Any] = {}
        # Else each client searches the environment for proxies.
        self._config = CONFIG if getproxies() else CONFIG.merge(Config(proxies={}))
        self._lists = cache(partial(_regions, self.core))
        self.endpoints: set[str] = set()
        self._visits: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def home(self) -> str:
        """The Region that answers for the partition's global services."""
        return HOME_REGIONS[self.partition]

    def regions_with(self, service: str) -> list[str]:
        """Return the Regions in which AWS has a service, as far as botocore knows."""
        return self._lists(service, self.partition)

    def has(self, service: str) -> bool:
        """Return whether botocore knows a service's endpoint in the account's partition, or knows none anywhere."""
        here, somewhere = (self._lists(service, name, allow_non_regional=True) for name in (self.partition, "aws"))
        return bool(here) or not somewhere

    def client(self, service: str, region: str = "") -> Any:
        """Return the boto3 client of ``service``, made once per Region."""
        key = (service, self._region_of(service, region))
        with self._lock:  # boto3 sessions must not make clients in two threads at once
            if key not in self.clients:
                self.clients[key] = self.make_client(service, key[1])
                self.endpoints.add(self.clients[key].meta.endpoint_url)
            return self.clients[key]

    def asker(self, service: str, region: str = "") -> Asker:
        """Return what asks ``service`` in a Region: if possible the client for the account's own, told where to ask."""
        place = self._region_of(service, region)
        if place != self.region and goes_anywhere(own := self.client(service, self.region), service, self.region):
            return Asker(own, place, {IN_REGION: place})
        client = self.client(service, place)
        return Asker(client, client.meta.region_name, {})

    def _region_of(self, call: str, region: str) -> str:
        """Return the Region to ask: the given one, else the one for the call's service."""
        return region or (self.home if call.split(":", maxsplit=1)[0] in GLOBAL else self.region)

    def make_client(self, service: str, region: str) -> Any:
        """Make a client, which searches the environment for proxies while pytest may change it."""
        while True:
            try:
                return self.core.create_client(service, region_name=region, config=self._config)
            except KeyError as error:  # from os.environ.items(): pytest has removed its own variable
                if error.args != ("PYTEST_CURRENT_TEST",):
                    raise

    @property
    def other_endpoints(self) -> set[str]:
        """The endpoints asked so far that are not AWS's own: with AWS_ENDPOINT_URL, somebody else answers."""
        return {url for url in self.endpoints if not (urlsplit(url).hostname or "").endswith(AWS_DOMAINS)}

    @contextmanager
    def visiting(self, service: str) -> Iterator[None]:
        """Close a service's clients when the last visit ends: the clients of sixty services are too many to keep."""
        self._visits[service] += 1
        try:
            yield
        finally:
            self._visits[service] -= 1
            if not self._visits[service]:
                self._close(service)

    def _close(self, service: str) -> None:
        with self._lock:
            closed = [self.clients.pop(key) for key in list(self.clients) if key[0] == service]
        for client in closed:
            client.close()

    def close_clients(self) -> None:
        """Close all clients; later calls get new ones."""
        for service, _ in list(self.clients):
            self._close(service)


def _regions(lists: Any, service: str, partition: str, *, allow_non_regional: bool = False) -> list[str]:
    """Return what botocore's ``lists`` of Regions say; looking it up takes as long as a call."""
    found: list[str] = lists.get_available_regions(service, partition, allow_non_regional=allow_non_regional)
    return found
