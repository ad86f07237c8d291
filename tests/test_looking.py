"""Which calls only look: by AWS's own access levels, over every operation that botocore has."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from botocore.loaders import Loader

from carbuyer_cleanup.aws.looking import ALSO_LOOK, DO_MORE, only_looks

HARMLESS = ("Read", "List")
# AWS calls these something else, but they return what there is, and change nothing.
MISNAMED = (
    "bcm-pricing-calculator:ListTagsForResource",
    "billing:GetResourcePolicy",
    "datazone:GetIamPortalLoginUrl",
    "glue:DescribeConnectionType",
    "glue:DescribeEntity",
    "glue:ListConnectionTypes",
    "glue:ListEntities",
    "quicksight:DescribeDataSetPermissions",
    "quicksight:DescribeDataSourcePermissions",
    "quicksight:DescribeTopicPermissions",
)


def levels() -> dict[tuple[str, str], str]:
    """Return AWS's access level of each action, as parliament has read it from the Service Authorization Reference."""
    package = find_spec("parliament")
    assert package
    assert package.origin
    services = json.loads((Path(package.origin).parent / "iam_definition.json").read_text("utf-8"))
    return {(s["prefix"], one["privilege"].lower()): one["access_level"] for s in services for one in s["privileges"]}


@pytest.mark.exhaustive
def test_what_only_looks_does_so_by_aws_s_own_word() -> None:
    """Of 400 services, nothing that AWS says writes is taken for a look; the table names nothing that isn't there."""
    loader, known = Loader(), levels()
    wrong: list[str] = []
    there: set[str] = set()
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        prefix = model["metadata"].get("signingName") or model["metadata"]["endpointPrefix"]
        calls = {f"{service}:{name}": known.get((prefix, name.lower()), "Read") for name in model["operations"]}
        there |= calls.keys()
        wrong += [call for call, level in calls.items() if only_looks(call) and level not in HARMLESS]

    assert sorted(wrong) == sorted(MISNAMED)
    assert there >= ALSO_LOOK | DO_MORE


@pytest.mark.parametrize(
    "call",
    [
        "ec2:CreateSnapshot", "lambda:Invoke", "dynamodb:ExecuteStatement", "s3:PutObject", "sts:GetSessionToken",
        "iam:GenerateCredentialReport", "ec2:Getaway", "nobody:KnowsThis",
    ],
)  # fmt: skip
def test_what_may_change_something_does_not_only_look(call: str) -> None:
    """What is not known to look is taken for a change."""
    assert not only_looks(call)
