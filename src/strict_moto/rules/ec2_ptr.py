"""Elastic IP addresses that can't be released: they have a reverse DNS record, or AWS has locked them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from strict_moto.world import Instead, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

CUSTODIAN = "cloud-custodian/cloud-custodian#8924"
TERRAFORM = "Terraform, ec2_eip_domain_name.go: waits until PtrRecordUpdate is no longer pending"


def _records(world: World, request: Request) -> dict[str, Params]:
    """Return the reverse DNS records as AWS shows them, by the allocation ids of their addresses."""
    return world.recall("ec2-ptr", request.account, request.region)


def _set(world: World, request: Request) -> Params:
    record = {"AllocationId": request.params["AllocationId"], "PtrRecord": f"{request.params['DomainName']}."}
    _records(world, request)[record["AllocationId"]] = record
    return {"Address": record}


def _reset(world: World, request: Request) -> Params:
    records, id_ = _records(world, request), request.params["AllocationId"]
    if id_ in records:
        records[id_]["PtrRecordUpdate"] = {"Value": "", "Status": "PENDING"}
        world.later(world.quirks.ptr_record_deleting, partial(_removed, records, id_))
    return {"Address": {"AllocationId": id_}}


def _removed(records: dict[str, Params], id_: str) -> None:
    records.pop(id_, None)


def _describe(world: World, request: Request) -> Params:
    wanted = request.params.get("AllocationIds")
    records = _records(world, request).values()
    return {"Addresses": [dict(record) for record in records if not wanted or record["AllocationId"] in wanted]}


def _is_being_reset(world: World, request: Request) -> bool:
    return "PtrRecordUpdate" in _records(world, request).get(request.params["AllocationId"], {})


def _has_record(world: World, request: Request) -> bool:
    return request.params.get("AllocationId") in _records(world, request)


def _is_locked(world: World, request: Request) -> bool:
    return request.params.get("AllocationId") in world.recall("ec2-locked", request.account, request.region)


RULES = (
    Instead("ec2:ModifyAddressAttribute", _set, "EC2 user guide, reverse DNS; moto 5.2.5 has no such call"),
    Rule(
        "ec2:ResetAddressAttribute",
        _is_being_reset,
        "IncorrectState",
        "A change of the record is under way.",
        TERRAFORM + "; code and text unverified",
    ),
    Instead("ec2:ResetAddressAttribute", _reset, TERRAFORM),
    Instead("ec2:DescribeAddressesAttribute", _describe, TERRAFORM),
    Rule(
        "ec2:ReleaseAddress",
        _has_record,
        "InvalidAddress.PtrSet",
        "The address with allocation id [{AllocationId}] cannot be released because it has a PTR record set.",
        CUSTODIAN,
    ),
    Rule(
        "ec2:ReleaseAddress",
        _is_locked,
        "InvalidAddress.Locked",
        "The address with allocation id [{AllocationId}] cannot be released because it is locked to your account. "
        "Please contact AWS Support to unlock it.",
        CUSTODIAN,
    ),
)
