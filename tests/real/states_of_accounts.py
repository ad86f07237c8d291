"""The states that real accounts are in, and what each way to ask must come to there."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit import sweeper
from strict_moto import estate
from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.offers import EVERYTHING, ORDINARY, Offer
from strict_moto.rules import RULES
from strict_moto.sandbox import ACCOUNT
from strict_moto.states import STATES as LEFT_AS
from strict_moto.world import After, Instead
from tests.broken import change_bodies, without

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

    from strict_moto.builder import Builder
    from strict_moto.sandbox import Sandbox

    Happens = Callable[[Sandbox, pytest.MonkeyPatch], object]

WAYS = ("verify", "class", "teardown")
ALLOWED = ("ap-southeast-1", "us-east-1")
SCP = "a service control policy of the organization forbids"
BUDGETS = "Not looked at: budget, which AWS refused to show."
POLICY = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'
CLEAN = (0, "CLEAN")
LEFT = (1, "1 LEFTOVERS")  # what a class's last line says: of many leftovers its lines don't name each
ABOUT = {*ALLOWED, "ap-northeast-3", "eu-west-3"}  # the Regions that the states are about
LISTENER = "listener/app/carbuyer-alb/50dc6c495c0c9188/f2f7dc8efc522ab2"


def few_regions(_world: Any, _asked: Any, answer: Any) -> Any:
    """Leave those Regions of the account's, so that looking everywhere is cheap."""
    return answer | {"Regions": [one for one in answer["Regions"] if one["RegionName"] in ABOUT]}


USUAL = (After("ec2:DescribeRegions", few_regions, "to be quick"), *RULES)


def nothing(*_: object) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class State:
    """A state of an account, and what it comes to: the exit code, and words that say why.

    ``stands`` makes what is in it, once; ``happens`` lets go wrong what does, before each run. ``comes_to`` holds for
    each way to ask that ``but`` does not name. ``args`` are further arguments.
    """

    comes_to: tuple[int, str]
    offer: Offer = EVERYTHING
    stands: Callable[[Builder], object] = nothing
    happens: Happens = nothing
    args: tuple[str, ...] = ()
    but: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def of(self, way: str) -> tuple[int, str]:
        """Return what one way to ask comes to."""
        return self.but.get(way, self.comes_to)


def denied(calls: str, region: str = "*", times: int | None = None) -> Happens:
    """Return what denies some calls."""
    return _faults(Fault(FaultKind.DENY, calls=calls, region=region, times=times))


def _faults(*faults: Fault) -> Happens:
    def happens(sandbox: Sandbox, _patch: pytest.MonkeyPatch) -> None:
        sandbox.faults = Faults(faults)

    return happens


def parts(*names: str) -> Callable[[Builder], object]:
    """Return what builds parts of the workshop."""
    return lambda builder: estate.create(builder.session, names)


def first_list_empty(call: str, member: str) -> Happens:
    """Return what lets the first answer of a run to a call show nothing."""

    def happens(sandbox: Sandbox, _patch: pytest.MonkeyPatch) -> None:
        asked = itertools.count()
        emptied = After(call, lambda _w, _a, answer: answer if next(asked) else answer | {member: []}, "made up")
        sandbox.use((emptied, *USUAL))

    return happens


def bodies(calls: str, change: Callable[[bytes], bytes]) -> Happens:
    """Return what changes the bodies of the answers to some calls."""
    return lambda sandbox, patch: change_bodies(patch, sandbox, calls, change)


def lists_go_on(sandbox: Sandbox, _patch: pytest.MonkeyPatch) -> None:
    """Let the tagging API list a listener of a load balancer that is gone."""
    arn = f"arn:aws:elasticloadbalancing:ap-southeast-1:{ACCOUNT}:{LISTENER}"
    answer = {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": [{"Key": "Name", "Value": "carbuyer-x"}]}]}
    sandbox.use((Instead("resourcegroupstaggingapi:GetResources", lambda *_: answer, "aws/aws-cli#8197"), *USUAL))


def slow_first_look(sandbox: Sandbox, patch: pytest.MonkeyPatch) -> None:
    """Let the first look at all lists take longer than the audit's patience, and the first list show nothing."""
    patch.setattr(sweeper, "PATIENCE", -1.0)
    first_list_empty("iam:ListPolicies", "Policies")(sandbox, patch)


def no_list(sandbox: Sandbox, _patch: pytest.MonkeyPatch) -> None:
    """Let the answer lack the list of tables."""
    lacking = After("dynamodb:ListTables", lambda _w, _a, answer: without(answer, "TableNames"), "made up")
    sandbox.use((lacking, *USUAL))


def own_bucket(builder: Builder) -> None:
    """Make a bucket of a name of its own, and the distribution that serves it."""
    services.bucket(builder, "lan-photos")
    services.distribution(builder, origin="lan-photos")
    builder.wait(600)


def kept_volume(builder: Builder) -> None:
    """Make an instance whose volume has no name and stays."""
    builder = estate.create(builder.session, ["security_group", "key_pair", "role"])
    made = network.instance(builder, "carbuyer-customer-service", "carbuyer-customer-sg", "carbuyer-fcj-public1")
    kept = [{"DeviceName": "/dev/xvda", "Ebs": {"DeleteOnTermination": False}}]
    builder.client("ec2").modify_instance_attribute(InstanceId=made, BlockDeviceMappings=kept)


def web_acl(builder: Builder) -> None:
    """Make a distribution with the web ACL and the logs that its wizard offers."""
    services.distribution(builder)
    LEFT_AS["distribution"]["guarded and logged"](builder)


def renamed(builder: Builder) -> None:
    """Give what stands in the VPC another name."""
    made = estate.create(builder.session, ["nat_gateway", "security_group"])
    ids = [made.ids["carbuyer-fcj-vpc"], made.ids["carbuyer-nat-gateway"]]
    builder.client("ec2").create_tags(Resources=ids, Tags=[{"Key": "Name", "Value": "homework"}])


def policy(builder: Builder) -> None:
    """Make a policy, which IAM's lists show late."""
    builder.client("iam").create_policy(PolicyName="carbuyer-p", PolicyDocument=POLICY)


TORN_DOWN = {"teardown": CLEAN}
NOT_PLANNED = {"teardown": (1, "was not there when the plan was made; run again to delete it")}
# The numbers are those of the issue that found each: what was never CLEAN, and what was although it wasn't.
STATES: dict[str, State] = {
    # gaps of Regions, services outside the plan, a closed service, no bills: each is CLEAN if all together are
    "1-3 ordinary": State((0, BUDGETS), ORDINARY, but={"class": CLEAN}),
    "3 the plan lacks the workshop's": State((8, "needs a subscription"), Offer(outside_plan=("dynamodb",))),
    "4 forbidden Regions": State((8, f"2 AWS Regions: {SCP}"), Offer(allowed_regions=ALLOWED)),
    "4 forbidden Regions, known": State(
        (0, "Not looked for in 2 Regions"), Offer(allowed_regions=ALLOWED), args=("--audit-regions", "allowed")
    ),
    "4 the workshop's Region forbidden": State(
        (8, "in a service control policy"), Offer(allowed_regions=("us-east-1",))
    ),
    "a right is missing": State((8, "sqs:ListQueues"), happens=denied("sqs:*"), but={"class": CLEAN}),
    "a right that decides is missing": State((8, "ec2:DescribeAddresses"), happens=denied("ec2:DescribeAddresses")),
    "a right is missing in one Region": State((8, "eu-west-3"), happens=denied("ec2:*", "eu-west-3")),
    "5 another partition": State((4, "aws-iso"), args=("--region", "us-iso-east-1")),
    "6 bucket of a name of its own": State(
        (1, "in doubt: S3 bucket lan-photos"), stands=own_bucket, but={"teardown": (8, "S3 bucket lan-photos")}
    ),
    "7 half a body": State(
        (8, "cut short"), stands=parts("table"), happens=bodies("dynamodb:.*", lambda body: body[: len(body) // 2])
    ),
    "7 an empty body": State((8, "cut short"), stands=parts("table"), happens=bodies("dynamodb:.*", lambda _: b"")),
    "7 no list in the answer": State(
        (8, "TableNames"), stands=parts("table"), happens=no_list
    ),
    "8 volume without a name": State(
        (1, "EBS volume"), stands=kept_volume, but={"class": LEFT, "teardown": (8, "in doubt: EBS volume")}
    ),
    "8 web ACL of the wizard": State((1, "web ACL"), stands=web_acl, but=TORN_DOWN | {"class": LEFT}),
    "9 everything renamed": State((1, "but its name is homework"), stands=renamed, but={"class": LEFT}),
    "10 an empty list": State(
        (1, "Elastic IP"),
        stands=parts("nat_gateway"),
        happens=first_list_empty("ec2:DescribeAddresses", "Addresses"),
        but=NOT_PLANNED,
    ),
    "11 listed though gone": State(CLEAN, happens=lists_go_on),
    "12 a look that failed once": State(CLEAN, happens=denied("ec2:DescribeVpcs", "eu-west-3", times=1)),
    "12 a slow first look": State(
        (1, "carbuyer-p"), stands=policy, happens=slow_first_look, but=NOT_PLANNED
    ),
}  # fmt: skip
