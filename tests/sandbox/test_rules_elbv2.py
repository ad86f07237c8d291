"""Load balancers, target groups and listeners in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.balancing import NO_BALANCER, NO_TARGET_GROUP, NOWHERE, Balancing
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from strict_moto.sandbox import Sandbox


NO_LISTENER = NOWHERE + "listener/app/none/0123456789abcdef/0123456789abcdef"
NO_RULE = NOWHERE + "listener-rule/app/none/0123456789abcdef/0123456789abcdef/0123456789abcdef"


def test_interfaces(balancing: Balancing) -> None:
    """A load balancer has a public interface in each subnet, AWS's own, in its security groups."""
    name = balancing.balancer.partition("loadbalancer/")[2]
    found = balancing.network.interfaces(description=f"ELB {name}", requester_id="amazon-elb")
    assert sorted(one["SubnetId"] for one in found) == sorted(balancing.network.subnets)
    for interface in found:
        assert interface["RequesterManaged"]
        assert interface["Association"]["PublicIp"]
        assert interface["Attachment"]["InstanceOwnerId"] == "amazon-elb"
        assert [group["GroupId"] for group in interface["Groups"]] == [balancing.group]


def test_internal_load_balancer(balancing: Balancing) -> None:
    """An internal load balancer's interfaces have no public address."""
    balancing.delete()
    made = balancing.make("internal-alb", Scheme="internal")
    name = made["LoadBalancerArn"].partition("loadbalancer/")[2]
    assert all("Association" not in one for one in balancing.network.interfaces(description=f"ELB {name}"))


def test_interfaces_follow(balancing: Balancing) -> None:
    """Other groups and other subnets of a load balancer are its interfaces' too."""
    other, network = balancing.network.group("other-sg"), balancing.network
    balancing.elb.set_security_groups(LoadBalancerArn=balancing.balancer, SecurityGroups=[other])
    assert [group["GroupId"] for one in network.interfaces() for group in one["Groups"]] == [other, other]
    third = network.ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.0.9.0/24", AvailabilityZone="ap-southeast-1c")[
        "Subnet"
    ]["SubnetId"]
    balancing.elb.set_subnets(LoadBalancerArn=balancing.balancer, Subnets=[network.subnets[0], third])
    assert {one["SubnetId"] for one in network.interfaces()} == {network.subnets[0], third}


def test_lingering_interfaces(balancing: Balancing, sandbox: Sandbox) -> None:
    """A deleted load balancer's interfaces stay, at last unattached, and hold group, subnet and gateway."""
    network = balancing.network
    balancing.delete()
    for seconds, status in ((59, "in-use"), (1, "available"), (29, "available")):
        sandbox.clock.advance(seconds)
        assert balancing.statuses() == [status, status]
        with refused("DependencyViolation"):
            network.ec2.delete_security_group(GroupId=balancing.group)
        with refused("DependencyViolation"):
            network.ec2.delete_subnet(SubnetId=network.subnets[0])
        with refused("DependencyViolation", "mapped public address"):
            network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    assert all("Attachment" not in one for one in network.interfaces())
    sandbox.clock.advance(1)
    assert network.interfaces() == []
    network.ec2.delete_security_group(GroupId=balancing.group)


def test_protected_load_balancer(balancing: Balancing) -> None:
    """A protected load balancer is refused until the protection is switched off."""
    for value in ("true", "false"):
        attribute = {"Key": "deletion_protection.enabled", "Value": value}
        balancing.elb.modify_load_balancer_attributes(LoadBalancerArn=balancing.balancer, Attributes=[attribute])
        if value == "true":
            text = f"Load balancer '{balancing.balancer}' cannot be deleted because deletion protection is enabled"
            with refused("OperationNotPermitted", text, status=400):
                balancing.delete()
    balancing.delete()


def test_deleted_load_balancer(balancing: Balancing) -> None:
    """It is gone at once with its listeners and rules; deleting it again, or one that never was, is a success."""
    balancing.delete()
    with refused("LoadBalancerNotFound"):
        balancing.elb.describe_load_balancers(LoadBalancerArns=[balancing.balancer])
    with refused("ListenerNotFound"):
        balancing.elb.describe_listeners(ListenerArns=[balancing.listener])
    balancing.delete()
    balancing.elb.delete_load_balancer(LoadBalancerArn=NO_BALANCER)
    with refused("ValidationError"):
        balancing.elb.delete_load_balancer(LoadBalancerArn="carbuyer-alb")


@pytest.mark.parametrize("names", ["LoadBalancerArns", "Names"])
def test_one_unknown_load_balancer(balancing: Balancing, names: str) -> None:
    """One load balancer that isn't there fails the whole call, wherever it is in the list."""
    known = {"LoadBalancerArns": [balancing.balancer, NO_BALANCER], "Names": ["carbuyer-alb", "none"]}[names]
    with refused("LoadBalancerNotFound"):
        balancing.elb.describe_load_balancers(**{names: known})


def test_target_group_in_use(balancing: Balancing, sandbox: Sandbox) -> None:
    """A target group stays while a listener or a rule names it, and for seconds after the load balancer is gone."""
    text = "is currently in use by a listener or a rule"
    for target in balancing.targets:
        with refused("ResourceInUse", text):
            balancing.elb.delete_target_group(TargetGroupArn=target)
    balancing.delete()
    sandbox.clock.advance(9)
    for target in balancing.targets:
        with refused("ResourceInUse", text):
            balancing.elb.delete_target_group(TargetGroupArn=target)
    sandbox.clock.advance(1)
    for target in balancing.targets:
        balancing.elb.delete_target_group(TargetGroupArn=target)
    assert balancing.elb.describe_target_groups()["TargetGroups"] == []


def test_unknown_target_group(balancing: Balancing) -> None:
    """Deleting a target group that isn't there is a success."""
    balancing.elb.delete_target_group(TargetGroupArn=NO_TARGET_GROUP)


def test_load_balancers_of_a_target_group(balancing: Balancing) -> None:
    """A target group shows the load balancers that use it, each once, and none that is gone."""

    def shown() -> list[list[str]]:
        return [one["LoadBalancerArns"] for one in balancing.elb.describe_target_groups()["TargetGroups"]]

    assert shown() == [[balancing.balancer], [balancing.balancer]]
    balancing.elb.delete_rule(RuleArn=balancing.rule)
    assert sorted(shown()) == [[], [balancing.balancer]]
    balancing.delete()
    assert shown() == [[], []]


def test_deregistered_targets(balancing: Balancing, sandbox: Sandbox) -> None:
    """A terminated instance is no target any more, and taking it out is a success all the same."""
    target, id_ = balancing.targets[0], balancing.network.launch()
    balancing.elb.register_targets(TargetGroupArn=target, Targets=[{"Id": id_}])
    balancing.network.ec2.terminate_instances(InstanceIds=[id_])
    sandbox.clock.advance(45)
    assert balancing.elb.describe_target_health(TargetGroupArn=target)["TargetHealthDescriptions"] == []
    balancing.elb.deregister_targets(TargetGroupArn=target, Targets=[{"Id": id_}])
    with refused("TargetGroupNotFound"):
        balancing.elb.deregister_targets(TargetGroupArn=NO_TARGET_GROUP, Targets=[{"Id": id_}])


def test_rules(balancing: Balancing) -> None:
    """The default rule is not to be deleted, and one that isn't there is an error."""
    (default,) = [
        one for one in balancing.elb.describe_rules(ListenerArn=balancing.listener)["Rules"] if one["IsDefault"]
    ]
    with refused("OperationNotPermitted", "Default rule"):
        balancing.elb.delete_rule(RuleArn=default["RuleArn"])
    balancing.elb.delete_rule(RuleArn=balancing.rule)
    with refused("RuleNotFound"):
        balancing.elb.delete_rule(RuleArn=balancing.rule)


def test_listeners(balancing: Balancing) -> None:
    """A listener that isn't there is an error, also among others that are."""
    with refused("ListenerNotFound"):
        balancing.elb.describe_listeners(ListenerArns=[balancing.listener, NO_LISTENER])
    balancing.elb.delete_listener(ListenerArn=balancing.listener)
    with refused("ListenerNotFound"):
        balancing.elb.delete_listener(ListenerArn=balancing.listener)


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (NO_BALANCER, "LoadBalancerNotFound"),
        (NO_TARGET_GROUP, "TargetGroupNotFound"),
        (NO_LISTENER, "ListenerNotFound"),
        (NO_RULE, "RuleNotFound"),
    ],
)
def test_tags_of_one_that_is_not_there(balancing: Balancing, arn: str, code: str) -> None:
    """One ARN that isn't there fails the whole call, with the error of its kind."""
    there = [balancing.balancer, balancing.listener, balancing.rule, *balancing.targets]
    assert len(balancing.elb.describe_tags(ResourceArns=there)["TagDescriptions"]) == 5
    with refused(code):
        balancing.elb.describe_tags(ResourceArns=[*there, arn])


def test_twenty_at_most(balancing: Balancing) -> None:
    """Twenty-one ARNs are too many."""
    with refused("ValidationError", status=400):
        balancing.elb.describe_tags(ResourceArns=[balancing.balancer] * 21)
    with refused("ValidationError", status=400):
        balancing.elb.describe_load_balancers(LoadBalancerArns=[balancing.balancer] * 21)
