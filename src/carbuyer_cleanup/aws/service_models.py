"""botocore's service models, cut down to the calls of this suite: clients made from them have no others.

boto3 creates a method for each of EC2's 700 operations, again for each client, and keeps everything that it has read
about each service. With only the operations in ``CALLS``, a client takes half the time, and the models of eighty
services a third of the memory; and what is not in that table can't be called by mistake.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.errorfactory import ClientExceptionsFactory
from botocore.loaders import Loader

from carbuyer_cleanup.aws.answers import Parsers, refuse_broken
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.event_handlers import Shared
from carbuyer_cleanup.aws.region_of_call import listen
from carbuyer_cleanup.aws.signing import sign_quickly
from carbuyer_cleanup.aws.trust import share
from model_cache import MODEL, OneService, files, kept, terse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import boto3
    from botocore.awsrequest import AWSRequest
    from botocore.model import ServiceModel

Model = dict[str, Any]
EXCEPTIONS = ClientExceptionsFactory()  # what services raise is in their models, and so the same for all accounts
ACCOUNT_BEFORE_ADDRESS = re.compile(r"^(https?://)\d{12}\.(?=\d+\.\d+\.\d+\.\d+[:/])")


def suite_session(session: boto3.Session) -> botocore.session.Session:
    """Return a session whose clients have only the suite's calls; everything else is the given session's."""
    theirs = session._session  # noqa: SLF001 - boto3 hands it out nowhere
    core = _Session(include_builtin_handlers=False)
    core.register_component("event_emitter", Shared.of(session.events))
    session.events.register("before-sign.s3-control", _at_its_address, unique_id="carbuyer-address")
    session.events.register("before-parse", refuse_broken, unique_id="carbuyer-whole")
    listen(session)
    sign_quickly(session)
    core.register_component("config_store", theirs.get_component("config_store"))
    core.register_component("credential_provider", _Credentials(session))
    core.register_component("response_parser_factory", Parsers())
    core.register_component("data_loader", _loader(tuple(theirs.get_component("data_loader").search_paths)))
    return core


class _Session(botocore.session.Session):
    """A session whose clients share a TLS context and what is the same for all accounts: shapes and exceptions.

    botocore makes both anew for each client, from the same model: 0.6 MiB and 0.14 MiB an account.
    """

    _internal_components: Any  # botocore's

    def _register_exceptions_factory(self) -> None:
        self._internal_components.register_component("exceptions_factory", EXCEPTIONS)

    def create_client(self, *args: Any, **given: Any) -> Any:
        client: Any = super().create_client(*args, **given)
        share(client)
        read = client.meta.service_model
        shared = self.get_component("data_loader").shared.setdefault(read.service_name, read)
        client.meta._service_model = shared  # noqa: SLF001 - botocore takes it from nowhere else
        return client


def _at_its_address(request: AWSRequest, **_event: Any) -> None:
    """Remove the account that botocore puts before S3 Control's host, if that is an address (AWS_ENDPOINT_URL).

    The account is also in a header.
    """
    request.url = ACCOUNT_BEFORE_ADDRESS.sub(r"\1", str(request.url))


class _Credentials:
    """Returns the credentials of another session, which refreshes them."""

    def __init__(self, session: boto3.Session) -> None:
        self._session = session

    def load_credentials(self) -> Any:
        return self._session.get_credentials()


class SuiteLoader(Loader):
    """Loads the part of each service's model that the suite calls, once."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__(extra_search_paths=list(paths), include_default_search_paths=False)
        self._paths = paths
        self._models: dict[tuple[str, str], Model] = {}
        self.shared: dict[str, ServiceModel] = {}

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Model:
        """Return a model, without what the suite does not call."""
        key = (service_name, type_name)
        if key not in self._models:
            make = partial(OneService(self._paths, service_name).load_service_model, *key, api_version)
            self._models[key] = self._cut(service_name, make) if type_name == MODEL else make()
        return self._models[key]

    def _cut(self, service: str, whole: Callable[[], Model]) -> Model:
        of = [*files(service, self._paths), *sorted(_called(service))]
        return kept(f"{service}-suite", of, lambda: cut(whole(), service))


@cache
def _loader(paths: tuple[str, ...]) -> SuiteLoader:
    return SuiteLoader(paths)


def cut(model: Model, service: str) -> Model:
    """Return a service's model with only the operations in ``CALLS`` and the shapes that these need."""
    called = _called(service)
    operations = {name: terse(operation) for name, operation in model["operations"].items() if name in called}
    needed = _reachable(model["shapes"], operations)
    return model | {"operations": operations, "shapes": {name: terse(model["shapes"][name]) for name in needed}}


def _called(service: str) -> set[str]:
    return {call.partition(":")[2] for call in CALLS if call.startswith(f"{service}:")}


def _reachable(shapes: Mapping[str, Any], roots: Any) -> set[str]:
    found: set[str] = set()
    ahead = list(_references(roots))
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += _references(shapes[name])
    return found


def _references(part: Any) -> Iterator[str]:
    """Yield the names of the shapes that a part of a model refers to."""
    values: Iterable[Any] = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    if isinstance(part, dict) and isinstance(part.get("shape"), str):
        yield part["shape"]
    for value in values:
        yield from _references(value)
