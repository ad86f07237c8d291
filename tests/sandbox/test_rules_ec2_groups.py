"""EC2 in the sandbox: security groups; each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from strict_moto.sandbox import Sandbox
    from tests.sandbox.network import Network

ANYWHERE = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
SIDES = pytest.mark.parametrize("side", ["ingress", "egress"])


def _from(group: str) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": 3000, "ToPort": 3000, "UserIdGroupPairs": [{"GroupId": group}]}


def _do(network: Network, verb: str, side: str, group: str, **what: Any) -> Any:
    return getattr(network.ec2, f"{verb}_security_group_{side}")(GroupId=group, **what)


def _rules(network: Network, group: str, *, egress: bool = False) -> list[dict[str, Any]]:
    of_group = [{"Name": "group-id", "Values": [group]}]
    found = network.ec2.describe_security_group_rules(Filters=of_group)["SecurityGroupRules"]
    return [rule for rule in found if rule["IsEgress"] == egress]


def test_group_of_an_instance(network: Network, sandbox: Sandbox) -> None:
    """A group stays while an interface uses it, that of an instance that shuts down too."""
    group = network.group()
    network.ec2.terminate_instances(InstanceIds=[network.launch(SecurityGroupIds=[group])])
    with refused("DependencyViolation", f"resource {group} has a dependent object"):
        network.ec2.delete_security_group(GroupId=group)
    sandbox.clock.advance(45)
    network.ec2.delete_security_group(GroupId=group)


@SIDES
def test_groups_that_name_each_other(network: Network, side: str) -> None:
    """A group stays while another's rule names it; naming itself does not matter."""
    first, second = network.group("a"), network.group("b")
    for group, named in ((first, first), (first, second), (second, first)):
        _do(network, "authorize", side, group, IpPermissions=[_from(named)])
    for group in (first, second):
        with refused("DependencyViolation"):
            network.ec2.delete_security_group(GroupId=group)
    _do(network, "revoke", side, second, IpPermissions=[_from(first)])
    network.ec2.delete_security_group(GroupId=first)
    network.ec2.delete_security_group(GroupId=second)


def test_deleted_group_is_read_a_moment_longer(network: Network, sandbox: Sandbox) -> None:
    """A deleted group is still described for seconds, but counts for nothing."""
    group = network.group()
    network.ec2.delete_security_group(GroupId=group)
    assert network.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    with refused("InvalidGroup.NotFound", group):
        network.ec2.delete_security_group(GroupId=group)
    sandbox.clock.advance(3)
    with refused("InvalidGroup.NotFound"):
        network.ec2.describe_security_groups(GroupIds=[group])


def test_default_group(network: Network) -> None:
    """The default group is not the customer's to delete."""
    wanted = [{"Name": "vpc-id", "Values": [network.vpc]}, {"Name": "group-name", "Values": ["default"]}]
    (default,) = network.ec2.describe_security_groups(Filters=wanted)["SecurityGroups"]
    with refused("CannotDelete", 'name: "default" cannot be deleted by a user'):
        network.ec2.delete_security_group(GroupId=default["GroupId"])


def test_group_by_name(network: Network) -> None:
    """A name stands for a group of the default VPC only."""
    network.group("carbuyer-sg")
    with refused("InvalidGroup.NotFound"):
        network.ec2.delete_security_group(GroupName="carbuyer-sg")
    made = network.ec2.create_security_group(GroupName="carbuyer-sg", Description="x")["GroupId"]
    network.ec2.authorize_security_group_ingress(GroupName="carbuyer-sg", IpPermissions=[ANYWHERE])
    network.ec2.revoke_security_group_ingress(GroupName="carbuyer-sg", IpPermissions=[ANYWHERE])
    assert _rules(network, made) == []
    network.ec2.delete_security_group(GroupName="carbuyer-sg")
    with refused("InvalidGroup.NotFound"):
        network.ec2.delete_security_group(GroupId=made)


@SIDES
def test_one_unknown_permission_revokes_nothing(network: Network, side: str) -> None:
    """Outside the default VPC, one rule that isn't there is an error, and none is revoked."""
    group = network.group()
    _do(network, "authorize", side, group, IpPermissions=[ANYWHERE])
    before = _rules(network, group, egress=side == "egress")
    with refused("InvalidPermission.NotFound"):
        _do(network, "revoke", side, group, IpPermissions=[ANYWHERE, _from(group)])
    assert _rules(network, group, egress=side == "egress") == before


def test_unknown_permission_in_the_default_vpc(network: Network) -> None:
    """In the default VPC it is only remarked."""
    made = network.ec2.create_security_group(GroupName="carbuyer-sg", Description="x")["GroupId"]
    _do(network, "authorize", "ingress", made, IpPermissions=[ANYWHERE])
    answer = _do(network, "revoke", "ingress", made, IpPermissions=[ANYWHERE, _from(made)])
    assert [one["FromPort"] for one in answer["UnknownIpPermissions"]] == [3000]
    assert _rules(network, made) == []


@SIDES
def test_revoked_by_id(network: Network, side: str) -> None:
    """Rules are revoked by id; an id that isn't there any more is an error of its own."""
    group = network.group()
    _do(network, "authorize", side, group, IpPermissions=[ANYWHERE])
    rules = [rule["SecurityGroupRuleId"] for rule in _rules(network, group, egress=side == "egress")]
    _do(network, "revoke", side, group, SecurityGroupRuleIds=rules)
    assert _rules(network, group, egress=side == "egress") == []
    with refused("InvalidSecurityGroupRuleId.NotFound", rules[0]):
        _do(network, "revoke", side, group, SecurityGroupRuleIds=rules)


def test_revoked_in_few_words(network: Network) -> None:
    """A rule can be named without a list, by protocol number, and one for all protocols without ports."""
    group = network.group()
    _do(network, "authorize", "ingress", group, IpPermissions=[ANYWHERE])
    few = {"IpProtocol": "6", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
    _do(network, "revoke", "ingress", group, **few)
    all_out = {"IpProtocol": "-1", "FromPort": 0, "ToPort": 0, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    _do(network, "revoke", "egress", group, IpPermissions=[all_out])
    assert _rules(network, group) + _rules(network, group, egress=True) == []


@SIDES
def test_group_that_is_not_there(network: Network, side: str) -> None:
    """Nothing is revoked from a group that isn't there."""
    with refused("InvalidGroup.NotFound"):
        _do(network, "revoke", side, "sg-00000000000000001", IpPermissions=[ANYWHERE])


def test_references_from_other_networks(network: Network) -> None:
    """Only rules of peered networks are told, and none is ever stale: a group that is named can't be deleted."""
    group, neighbour = network.group(), network.group("carbuyer-b")
    network.ec2.authorize_security_group_ingress(GroupId=neighbour, IpPermissions=[_from(group)])
    assert network.ec2.describe_security_group_references(GroupId=[group])["SecurityGroupReferenceSet"] == []
    vpc = network.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    far = network.ec2.create_security_group(GroupName="far", Description="far", VpcId=vpc)["GroupId"]
    network.ec2.authorize_security_group_ingress(GroupId=far, IpPermissions=[_from(group)])
    told = network.ec2.describe_security_group_references(GroupId=[group])["SecurityGroupReferenceSet"]
    assert told == [{"GroupId": group, "ReferencingVpcId": vpc}]
    assert network.ec2.describe_stale_security_groups(VpcId=vpc)["StaleSecurityGroupSet"] == []
