"""EC2 in the sandbox: filters, rates, dry runs; each rule, seen with plain boto3."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config

from strict_moto.rules.ec2_describe import matches
from strict_moto.rules.ec2_listings import LISTINGS, Listing
from strict_moto.rules.ec2_rates import EVERYTHING, RATES
from tests.choice import one_in
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from strict_moto.sandbox import Sandbox
    from tests.sandbox.network import Network

BY_OPERATION = [pytest.param(listing, id=listing.operation) for listing in LISTINGS]
MODEL = boto3.Session(region_name="ap-southeast-1").client("ec2").meta.service_model


def _describe(network: Network, listing: Listing, **params: Any) -> Any:
    return getattr(network.ec2, xform_name(listing.operation))(**params)


def _filter(listing: Listing, name: str, value: str) -> dict[str, Any]:
    singular = listing.operation == "DescribeNatGateways"
    return {"Filter" if singular else "Filters": [{"Name": name, "Values": [value]}]}


def _unchecked(session: boto3.Session) -> Any:
    """Return a client that lets AWS check the parameters."""
    return session.client("ec2", config=Config(parameter_validation=False))


def _populate(network: Network) -> None:
    """Put something of each kind into the network, so that an ignored filter shows."""
    nat, _ = network.nat_gateway()
    network.launch(SecurityGroupIds=[network.group()])
    network.ec2.create_vpc_endpoint(VpcId=network.vpc, ServiceName="com.amazonaws.ap-southeast-1.s3")
    network.ec2.create_egress_only_internet_gateway(VpcId=network.vpc)
    network.ec2.create_vpc_peering_connection(VpcId=network.vpc, PeerVpcId=network.vpc)
    network.ec2.create_key_pair(KeyName="carbuyer-keypair", KeyType="ed25519")
    network.ec2.create_tags(Resources=[nat], Tags=[{"Key": "Name", "Value": "carbuyer-nat-gateway"}])


# --- Filters ---------------------------------------------------------------------------------------------------


@pytest.mark.exhaustive
def test_no_filter_is_ignored(network: Network, sandbox: Sandbox) -> None:
    """A value that nothing has finds nothing, by each filter of each call."""
    _populate(network)
    assert [one.operation for one in LISTINGS if not _describe(network, one)[one.items]] == []
    tags = ("tag:Name", "tag-key", "tag-value")
    ignored = {
        (listing.operation, name)
        for listing in LISTINGS
        for name in (*listing.filters, *(tags if listing.tags else ()))
        if _describe(network, listing, **_filter(listing, name, "nothing-like-it"))[listing.items]
    }
    assert (ignored, sandbox.defects) == (set(), [])


def test_unknown_filters(network: Network) -> None:
    """A filter that isn't known is refused, by each call."""
    for listing in LISTINGS:
        with refused("InvalidParameterValue", "The filter 'no-such' is invalid"):
            _describe(network, listing, **_filter(listing, "no-such", "x"))


@pytest.mark.parametrize("listing", BY_OPERATION)
def test_filters_read_what_aws_answers(listing: Listing) -> None:
    """What a filter is about is a field of AWS's answer."""
    answer = MODEL.operation_model(listing.operation).output_shape
    item = answer.members[listing.items].member
    item = item.members[listing.within].member if listing.within else item
    for path in listing.filters.values():
        shape = item
        for name in path.replace("[]", "").split("."):
            shape = shape.members[name]
            shape = shape.member if shape.type_name == "list" else shape
        assert shape.type_name in {"string", "boolean", "integer"}


@pytest.mark.parametrize(
    ("values", "patterns", "expected"),
    [
        ("carbuyer-nat", ["other", "carbuyer-*"], True),
        ("carbuyer-nat", ["carbuyer-???"], True),
        ("carbuyer-nat", ["Carbuyer-*"], False),
        (["a", "b"], ["b"], True),
        (True, ["true"], True),
        (16, ["16"], True),
        (None, ["*"], False),
        ("a[1]", ["a[1]"], True),
    ],
)
def test_matching(values: Any, patterns: list[str], *, expected: bool) -> None:
    """A filter's values are alternatives with wildcards, and case counts."""
    assert matches(values, patterns) == expected


def test_filters_narrow_each_other(network: Network) -> None:
    """Of several filters all have to hold, for the same instance of a reservation."""
    network.ec2.run_instances(ImageId="ami-12345678", MinCount=2, MaxCount=2, SubnetId=network.subnets[0])
    first, second = network.ec2.describe_instances()["Reservations"][0]["Instances"]
    network.ec2.create_tags(Resources=[first["InstanceId"]], Tags=[{"Key": "Name", "Value": "one"}])
    by_name, by_id = {"Name": "tag:Name", "Values": ["one"]}, {"Name": "instance-id", "Values": [second["InstanceId"]]}
    (found,) = network.ec2.describe_instances(Filters=[by_name])["Reservations"]
    assert [one["InstanceId"] for one in found["Instances"]] == [first["InstanceId"]]
    assert network.ec2.describe_instances(Filters=[by_name, by_id])["Reservations"] == []


# --- Rates -----------------------------------------------------------------------------------------------------


def _answered(client: Any, operation: str, **params: Any) -> int:
    """Return how many calls AWS says something to before it says RequestLimitExceeded."""
    for number in range(200):
        try:
            getattr(client, xform_name(operation))(**params)
        except client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "RequestLimitExceeded":
                return number
    return 200


@pytest.mark.parametrize("operation", one_in(4, RATES))
def test_every_rate(session: boto3.Session, sandbox: Sandbox, operation: str) -> None:
    """Each call of the table is throttled after its burst, by a bucket of its own; here of a quarter's size."""
    sandbox.world.quirks = replace(sandbox.quirks, ec2_rate_scale=0.25)
    narrow = {"MaxResults": 5} if operation in EVERYTHING else {}
    burst, _ = RATES[operation]
    assert _answered(_unchecked(session), operation, DryRun=True, **narrow) == int(burst / 4)


@pytest.mark.parametrize("operation", EVERYTHING)
def test_everything_at_once(network: Network, sandbox: Sandbox, operation: str) -> None:
    """Who asks for all there is draws from a smaller bucket; here of a quarter's size."""
    sandbox.world.quirks = replace(sandbox.quirks, ec2_rate_scale=0.25)
    assert _answered(network.ec2, operation, DryRun=True) == 12


@pytest.mark.parametrize(
    ("operation", "params", "rate"),
    [
        ("DeleteNatGateway", {"NatGatewayId": "nat-00000000000000001"}, (10, 1)),
        ("DeleteVpcEndpoints", {"VpcEndpointIds": ["vpce-00000000000000001"]}, (4, 0.3)),
        ("DescribeSecurityGroups", {}, (50, 10)),
        ("DescribeSecurityGroups", {"Filters": [{"Name": "group-name", "Values": ["default"]}]}, (100, 20)),
    ],
)
def test_rates(
    network: Network, sandbox: Sandbox, operation: str, params: dict[str, Any], rate: tuple[int, float]
) -> None:
    """A burst is answered, the next call throttled, and after the time that a token takes one more answered."""
    burst, refill = rate
    assert _answered(network.ec2, operation, **params) == burst
    sandbox.clock.advance(1 / refill)
    assert _answered(network.ec2, operation, **params) == 1


def test_rates_are_per_account_and_region(network: Network, sandbox: Sandbox) -> None:
    """What one account has used up in one Region is there in another, and for another."""
    gone = {"NatGatewayId": "nat-00000000000000001"}
    assert _answered(network.ec2, "DeleteNatGateway", **gone) == 10
    for elsewhere in (sandbox.session(region="us-east-1"), sandbox.session("222233334444")):
        with refused("NatGatewayNotFound"):
            elsewhere.client("ec2").delete_nat_gateway(**gone)


def test_rates_name_operations() -> None:
    """The tables name operations that there are."""
    assert {*RATES, *EVERYTHING} <= set(MODEL.operation_names)


# --- Dry runs --------------------------------------------------------------------------------------------------


def test_dry_run_does_nothing(network: Network) -> None:
    """A dry run says that it would have succeeded, and has changed nothing; moto deletes all the same."""
    nat, address = network.nat_gateway()
    key = network.ec2.create_key_pair(KeyName="carbuyer-keypair", KeyType="ed25519")["KeyPairId"]
    calls = {
        "delete_vpc": {"VpcId": network.vpc},
        "delete_subnet": {"SubnetId": network.subnets[0]},
        "delete_nat_gateway": {"NatGatewayId": nat},
        "release_address": {"AllocationId": address},
        "delete_key_pair": {"KeyPairId": key},
        "delete_vpc_endpoints": {"VpcEndpointIds": ["vpce-00000000000000001"]},
        "terminate_instances": {"InstanceIds": [network.launch()]},
    }
    for name, params in calls.items():
        with refused("DryRunOperation", status=412):
            getattr(network.ec2, name)(**params, DryRun=True)
    assert network.ec2.describe_nat_gateways()["NatGateways"][0]["State"] == "available"
    assert len(network.ec2.describe_subnets(SubnetIds=network.subnets)["Subnets"]) == 2
    assert network.ec2.describe_key_pairs()["KeyPairs"]
