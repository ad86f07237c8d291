"""Security groups: what uses one, what refers to one, and revoking rules."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from strict_moto.rules.ec2_common import (
    DEPENDENCY,
    GROUP,
    INTERFACE,
    MODEL,
    alive,
    backend,
    deletion,
    find,
    must_exist,
)
from strict_moto.world import Instead, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.world import Params, Request, World

PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "all": "-1"}
PEERS = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "UserIdGroupPairs": "GroupId", "PrefixListIds": "PrefixListId"}
NO_SUCH_PERMISSION = ("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
SIDES = {"Ingress": "ingress_rules", "Egress": "egress_rules"}


# --- References ------------------------------------------------------------------------------------------------


def _references(world: World, request: Request) -> Params:
    """Return which other VPCs refer to a group: only peered ones can."""
    asked = {group.id: group.vpc_id for group in alive(world, request, GROUP) if group.id in request.params["GroupId"]}
    found = {
        (wanted, group.vpc_id)
        for group in alive(world, request, GROUP)
        for rule in (*group.ingress_rules, *group.egress_rules)
        if (wanted := rule.source_group.get("GroupId")) in asked and group.vpc_id != asked[wanted]
    }
    return {"SecurityGroupReferenceSet": [{"GroupId": one, "ReferencingVpcId": vpc} for one, vpc in sorted(found)]}


def _stale(world: World, request: Request) -> Params:
    """Return no rules: here, a group that another refers to can't be deleted, so no rule becomes stale."""
    del world, request
    return {"StaleSecurityGroupSet": []}


LACKING = MODEL + "; moto 5.2.5 has no such call"
REFERENCES = (
    Instead("ec2:DescribeSecurityGroupReferences", _references, LACKING),
    Instead("ec2:DescribeStaleSecurityGroups", _stale, LACKING),
)


# --- Deleting --------------------------------------------------------------------------------------------------


def _is_used(world: World, request: Request) -> Params | None:
    group = find(world, request, GROUP)
    used = any(group in interface.group_set for interface in alive(world, request, INTERFACE))
    return {"GroupId": group.id} if used else None


def _is_named_by_another(world: World, request: Request) -> Params | None:
    wanted = find(world, request, GROUP).id
    others = (group for group in alive(world, request, GROUP) if group.id != wanted)
    rules = (rule for group in others for rule in (*group.ingress_rules, *group.egress_rules))
    named = any(rule.source_group.get("GroupId") == wanted for rule in rules)
    return {"GroupId": wanted} if named else None


def _is_default(world: World, request: Request) -> Params | None:
    group = find(world, request, GROUP)
    return {"GroupId": group.id, "name": group.name} if group.name == "default" else None


def _forget_rules(world: World, request: Request, group: Any) -> None:
    tags = backend(world, request).tags
    for rule in (*group.ingress_rules, *group.egress_rules):
        tags.pop(rule.id, None)


DELETE = "ec2:DeleteSecurityGroup"
DELETIONS = (
    *deletion(DELETE, GROUP, _forget_rules),
    Rule(
        DELETE,
        _is_default,
        "CannotDelete",
        'the specified group: "{GroupId}" name: "{name}" cannot be deleted by a user',
        "alantech/iasql#654",
    ),
    *(
        Rule(DELETE, when, DEPENDENCY, "resource {GroupId} has a dependent object", source)
        for when, source in (
            (_is_used, "hashicorp/terraform-provider-aws#40"),
            (_is_named_by_another, "Terraform, vpc_security_group.go; naming itself is allowed"),
        )
    ),
)


# --- Revoking --------------------------------------------------------------------------------------------------


class Permission(NamedTuple):
    """One rule in a form that can be compared: the traffic, and the peer."""

    protocol: str
    from_port: int | None
    to_port: int | None
    peer: str


def _permission(rule: Any) -> Permission:
    peers = (rule.cidr_ipv4, rule.cidr_ipv6, rule.source_group.get("GroupId"), rule.prefix_list_id)
    return Permission(rule.ip_protocol, rule.from_port, rule.to_port, next(peer for peer in peers if peer))


def _asked_for(params: Params) -> Iterator[tuple[Params, Permission]]:
    """Yield each permission in the request, with the entry that contains it."""
    for entry in params.get("IpPermissions") or [_simple(params)]:
        protocol = PROTOCOLS.get(entry["IpProtocol"].lower(), entry["IpProtocol"].lower())
        known = {} if protocol == "-1" else entry  # all protocols have all ports
        for list_, key in PEERS.items():
            for peer in entry.get(list_, ()):
                yield entry, Permission(protocol, known.get("FromPort"), known.get("ToPort"), peer[key])


def _simple(params: Params) -> Params:
    """Return the single rule of a request without ``IpPermissions``, in the form that they have."""
    return {"IpProtocol": "-1", **params, "IpRanges": [{"CidrIp": params["CidrIp"]}] if "CidrIp" in params else []}


def _unknown_rule(world: World, request: Request, side: str) -> Params | None:
    known = {rule.id for rule in getattr(find(world, request, GROUP), side)}
    missing = [id_ for id_ in request.params.get("SecurityGroupRuleIds", ()) if id_ not in known]
    return {"id": missing[0]} if missing else None


def _revoke(world: World, request: Request, side: str) -> Params:
    """Revoke the rules; an unknown one is only noted in the default VPC, elsewhere an error that revokes none."""
    group, ids = find(world, request, GROUP), request.params.get("SecurityGroupRuleIds", ())
    asked = [] if ids else list(_asked_for(request.params))
    there = {_permission(rule) for rule in getattr(group, side)}
    unknown = [entry for entry, permission in asked if permission not in there]
    if unknown and not backend(world, request).vpcs[group.vpc_id].is_default:
        raise Refusal(*NO_SUCH_PERMISSION)
    wanted = {permission for _, permission in asked}
    kept = [rule for rule in getattr(group, side) if rule.id not in ids and _permission(rule) not in wanted]
    setattr(group, side, kept)
    return {"Return": True, "UnknownIpPermissions": unknown}


REVOCATIONS = tuple(
    row
    for side, rules in SIDES.items()
    for row in (
        must_exist(f"ec2:RevokeSecurityGroup{side}", GROUP),
        Rule(
            f"ec2:RevokeSecurityGroup{side}",
            partial(_unknown_rule, side=rules),
            "InvalidSecurityGroupRuleId.NotFound",
            "The security group rule ID '{id}' does not exist",
            "Terraform, errors.go",
        ),
        Instead(
            f"ec2:RevokeSecurityGroup{side}",
            partial(_revoke, side=rules),
            MODEL + ": outside the default VPC an unknown rule is an error, and nothing is revoked",
        ),
    )
)

RULES = (*REFERENCES, *DELETIONS, *REVOCATIONS)
