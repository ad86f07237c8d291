"""One client for all Regions: a call goes where it was told, exactly as boto3's own client of that Region sends it."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name

from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws import region_of_call
from carbuyer_cleanup.aws.clients import HOME_REGIONS, Clients
from carbuyer_cleanup.aws.service_models import suite_session
from strict_moto.session import replay_session
from tests.choice import one_in

if TYPE_CHECKING:
    import boto3

    from carbuyer_cleanup.audit.types import Type

SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/")
ANYWHERE = [t for t in TYPES if not t.where and t.parent is None]
SERVICES = sorted({t.service for t in ANYWHERE})
FIRST = {"aws": "ap-southeast-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-east-1"}


class Sent(Exception):
    """A request, in place of the answer to it."""

    def __init__(self, request: Any) -> None:
        signed = SCOPE.search(str(request.headers["Authorization"]))
        super().__init__(request.method, request.url, request.body, signed and signed.groups())


def listening(url: str = "") -> boto3.Session:
    """Return a session that raises each request, and would send it to ``url`` if there is one."""
    session = replay_session("ap-southeast-1", elsewhere=bool(url))

    def stop(request: Any, **_: Any) -> None:
        raise Sent(request)

    session.events.register("before-send", stop)
    return session


def sent(client: Any, type_: Type, told: Any = ()) -> tuple[object, ...]:
    """Return what a client sends for a type's list."""
    method = xform_name(type_.call.partition(":")[2])
    values = type_.params.items()
    given = {name: one.format(account="111122223333") if isinstance(one, str) else one for name, one in values}
    with pytest.raises(Sent) as caught:
        getattr(client, method)(**given, **dict(told))
    return caught.value.args


@pytest.mark.parametrize("partition", FIRST)
@pytest.mark.parametrize("service", one_in(12, SERVICES))
def test_as_a_client_of_that_region(service: str, partition: str) -> None:
    """Address, body and the Region that is signed for are those of a client made for that Region."""
    session = listening()
    clients = Clients(session, partition, FIRST[partition])
    type_ = next(t for t in ANYWHERE if t.service == service)
    plain = suite_session(session)

    for region in clients.regions_with("ec2"):
        ours = clients.asker(service, region)
        theirs = plain.create_client(service, region_name=region)
        assert sent(ours.client, type_, ours.told) == sent(theirs, type_)
        assert ours.region == theirs.meta.region_name


def test_one_client_for_all() -> None:
    """However many Regions are asked, there is one client; a global service's is at home."""
    clients = Clients(listening(), "aws", "ap-southeast-1")

    asked = {id(clients.asker("ec2", region).client) for region in clients.regions_with("ec2")}

    assert len(asked) == 1
    assert clients.asker("iam").region == "aws-global"
    assert clients.asker("s3", HOME_REGIONS["aws"]).told == {}


def test_an_endpoint_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_ENDPOINT_URL is asked for every Region, and signed for the one that is meant."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    clients = Clients(listening("set"), "aws", "ap-southeast-1")
    type_ = next(t for t in ANYWHERE if t.service == "ec2")

    ours = clients.asker("ec2", "eu-west-3")

    _, url, _, signed = sent(ours.client, type_, ours.told)
    assert (str(url).rstrip("/"), signed) == ("http://127.0.0.1:9", ("eu-west-3", "ec2"))


def test_is_not_sent_elsewhere() -> None:
    """Were botocore not to ask for the Region any more, nothing would be sent: a list of another one reads as CLEAN."""
    session = listening()
    clients = Clients(session, "aws", "ap-southeast-1")
    ours = clients.asker("ec2", "eu-west-3")
    client = ours.client
    session.events.unregister("before-endpoint-resolution", unique_id="carbuyer-region-before-endpoint-resolution")

    with pytest.raises(RuntimeError, match="A call for eu-west-3 was about to go elsewhere"):
        client.describe_vpcs(**ours.told)


def test_clients_are_closed_with_the_last_visit() -> None:
    """The clients of a service are kept while anybody visits it, and no longer."""
    clients = Clients(listening(), "aws", "ap-southeast-1")
    closed: list[str] = []
    clients.make_client = lambda service, region: SimpleNamespace(  # type: ignore[method-assign]
        meta=SimpleNamespace(region_name=region, endpoint_url=""), close=lambda: closed.append(service)
    )

    with clients.visiting("ec2"):
        with clients.visiting("ec2"):
            clients.asker("ec2", "eu-west-3")
        assert closed == []
    assert closed == ["ec2"]


def test_no_parameter_of_aws() -> None:
    """Nothing of AWS's has the name of the parameter that tells where."""
    core: Any = suite_session(listening())
    for service in SERVICES:
        model = core.get_service_model(service)
        assert all(
            region_of_call.IN_REGION not in model.operation_model(n).input_shape.members for n in model.operation_names
        )
