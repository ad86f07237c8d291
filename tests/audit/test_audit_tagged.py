"""Whose an ARN is that the tagging API lists, and what it proves."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.tagged import owners_of
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.audit.types.parts import PARTS, whole_of
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.world import After, Instead

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.result import Sweep
    from tests.audit.accounts_audited import Account

REGION = "ap-southeast-1"
ACCOUNT = "111122223333"


def arn(service: str, resource: str) -> str:
    """Return an ARN of the account's."""
    account = "" if service in {"apigateway", "s3"} else ACCOUNT
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


# Parts, and the wholes that they belong to.
BELONGING = [
    ("elasticloadbalancing", "listener/app/carbuyer-alb/1/2", "loadbalancer/app/carbuyer-alb/1"),
    ("elasticloadbalancing", "listener-rule/app/carbuyer-alb/1/2/3", "loadbalancer/app/carbuyer-alb/1"),
    ("elasticloadbalancing", "listener/net/n/1/2", "loadbalancer/net/n/1"),
    ("apigateway", "/restapis/a1/stages/prod", "/restapis/a1"),
    ("apigateway", "/apis/a1/stages/$default", "/apis/a1"),
    ("lambda", "function:carbuyer-f:live", "function:carbuyer-f"),
    ("lambda", "layer:carbuyer-l:3", "layer:carbuyer-l"),
    ("dynamodb", "table/User/stream/2026-11-26T00:00:00.000", "table/User"),
    ("kinesis", "stream/s/consumer/c:1", "stream/s"),
    ("states", "stateMachine:m:live", "stateMachine:m"),
    ("ecs", "task/cluster/1", "cluster/cluster"),
    ("ecs", "container-instance/cluster/1", "cluster/cluster"),
    ("eks", "nodegroup/cluster/n/1", "cluster/cluster"),
    ("codedeploy", "deploymentgroup:app/group", "application:app"),
    ("codepipeline", "pipe/stage/action", "pipe"),
    ("appconfig", "application/a/environment/e", "application/a"),
    ("appsync", "apis/a/types/t", "apis/a"),
    ("amplify", "apps/a/branches/main", "apps/a"),
    ("elasticbeanstalk", "applicationversion/app/1", "application/app"),
    ("globalaccelerator", "accelerator/a/listener/l", "accelerator/a"),
    ("transfer", "user/s-1/me", "server/s-1"),
]


@pytest.mark.parametrize(("service", "part", "whole"), BELONGING)
def test_parts_belong_to_their_whole(service: str, part: str, whole: str) -> None:
    """Its ARN tells which that is, and the table has a type for it."""
    assert whole_of(arn(service, part)) == arn(service, whole)
    assert owners_of(arn(service, whole)) != []


def test_each_form_is_needed() -> None:
    """No form of the table takes what another one does."""
    assert len({arn(service, part) for service, part, _ in BELONGING}) >= len(PARTS)


@pytest.mark.parametrize("type_", [one for one in TYPES if one.of], ids=lambda type_: type_.name)
def test_no_type_is_a_part(type_: Any) -> None:
    """What the table lists itself is no part of anything."""
    service, _, rest = type_.of.partition(":")
    assert whole_of(arn(service, f"{rest}carbuyer-x")) == arn(service, f"{rest}carbuyer-x")


@pytest.mark.parametrize(
    ("service", "resource"),
    [
        ("s3", "storage-lens/carbuyer-lens"),
        ("s3", "storage-lens-group/carbuyer-lens"),
        ("s3", "job/1"),
        ("codepipeline", "webhook:carbuyer-hook"),
        ("codepipeline", "actiontype:Custom/Build/x/1"),
        ("sns", "carbuyer-topic:1"),
        ("ec2", "security-group-rule/sgr-1"),
        ("nosuch", "thing/x"),
    ],
)
def test_types_that_are_not_in_the_table(service: str, resource: str) -> None:
    """They are not taken for a bucket, a pipeline or a topic."""
    assert owners_of(arn(service, resource)) == []


def tagged(account: Account, *arns: str) -> None:
    """Let the tagging API list these, with our prefix in their Name."""
    tags = [{"Key": "Name", "Value": "carbuyer-x"}]
    answer = {"ResourceTagMappingList": [{"ResourceARN": one, "Tags": tags} for one in arns]}
    account.sandbox.use((Instead("resourcegroupstaggingapi:GetResources", lambda *_: answer, "made up"), *RULES))


STALE = (
    arn("elasticloadbalancing", "listener/app/carbuyer-alb/1/2"),
    arn("elasticloadbalancing", "listener-rule/app/carbuyer-alb/1/2/3"),
    arn("apigateway", "/restapis/a1/stages/prod"),
)


def looks(result: Sweep) -> int:
    """Return how often the tagging API was asked."""
    return result.calls["resourcegroupstaggingapi:GetResources", REGION]


def test_parts_of_what_is_gone(account: Account) -> None:
    """The tagging API goes on listing a deleted listener, rule or stage: no load balancer, no API, none of these.

    All its owners were asked, so that it is not waited for until it forgets them.
    """
    account.only("load balancer", "Classic Load Balancer", "REST API", "tagged resource")
    tagged(account, *STALE)

    result = account.sweep([REGION])

    assert (result.leftovers, looks(result)) == ([], 2)


WAITED_FOR = {
    "nobody is asked": (("VPC",), (), STALE[0]),
    "an owner is not asked": (("load balancer",), (), STALE[0]),
    "an owner does not answer": (("REST API",), (Fault(FaultKind.DENY, calls="apigateway:GetRestApis"),), STALE[2]),
}


@pytest.mark.parametrize(("types", "faults", "listed"), WAITED_FOR.values(), ids=list(WAITED_FOR))
def test_waited_for(account: Account, types: tuple[str, ...], faults: tuple[Fault, ...], listed: str) -> None:
    """Where not all owners have told that it is gone, the tagging API gets its time, and what it then lists is left."""
    account.only(*types, "tagged resource")
    account.in_one_region()
    tagged(account, listed)
    account.sandbox.faults = Faults(faults)

    result = account.sweep([REGION])

    assert len(result.leftovers) == 1
    assert looks(result) > 5


def test_tags_are_read_twice(account: Account) -> None:
    """An empty list of the tagging API's alone decides nothing."""
    account.only("VPC", "tagged resource")
    answers = itertools.chain([[]], itertools.repeat([arn("s3", "job/1")]))

    def late(_world: Any, _asked: Any) -> Any:
        tags = [{"Key": "Name", "Value": "carbuyer-x"}]
        return {"ResourceTagMappingList": [{"ResourceARN": one, "Tags": tags} for one in next(answers)]}

    account.sandbox.use((Instead("resourcegroupstaggingapi:GetResources", late, "made up"), *RULES))

    assert [left.type for left in account.sweep([REGION]).leftovers] == ["s3 job"]


def test_told_by_the_second_look(account: Account) -> None:
    """An owner that shows it late is believed: it is left."""
    account.only("VPC", "tagged resource")
    account.in_one_region()
    ec2 = account.client("ec2")
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "carbuyer-v"}]}]
    ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=tags)
    seen = itertools.count()

    def late(_world: Any, _asked: Any, answer: Any) -> Any:
        return answer | {"Vpcs": []} if next(seen) == 0 else answer

    account.sandbox.use((After("ec2:DescribeVpcs", late, "made up"), *RULES))

    assert [left.type for left in account.sweep([REGION]).leftovers] == ["VPC"]


def test_parts_of_what_is_told(account: Account) -> None:
    """They are not told once more."""
    account.only("load balancer", "Classic Load Balancer", "tagged resource")
    account.build("load_balancer")
    found = account.client("elbv2").describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    tagged(account, found.replace(":loadbalancer/", ":listener/") + "/2")

    assert [left.type for left in account.sweep([REGION]).leftovers] == ["load balancer"]


def test_parts_of_somebody_elses(account: Account) -> None:
    """A stage of ours on somebody's API is there as long as that is."""
    account.only("REST API", "tagged resource")
    api = account.client("apigateway").create_rest_api(name="somebodys")["id"]
    tagged(account, arn("apigateway", f"/restapis/{api}/stages/prod"))

    result = account.sweep([REGION])

    assert [(found.type, found.name) for found in result.leftovers] == [("part of a REST API", "carbuyer-x")]
    assert looks(result) > 5  # that the API is there does not tell of the stage


def test_storage_lens_is_no_bucket(account: Account) -> None:
    """That there is no bucket of its name does not say that it is gone."""
    account.only("S3 bucket", "pipeline", "tagged resource")
    tagged(account, arn("s3", "storage-lens/carbuyer-lens"), arn("codepipeline", "webhook:carbuyer-hook"))

    assert {left.type for left in account.sweep([REGION]).leftovers} == {"s3 storage-lens", "codepipeline webhook"}
