"""CloudFront's continuous deployment: a distribution that serves the traffic, and its staging distribution.

A test says which go together: ``recall("continuous-deployment", account)`` maps primary ids to staging ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strict_moto.world import After, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

POLICY = "2c1a4d5e-0000-4c3b-9a8f-1b2c3d4e5f60"


def _pairs(world: World, request: Request) -> dict[str, str]:
    return world.recall("continuous-deployment", request.account)


def _show_policy(world: World, request: Request, answer: Params) -> Params:
    id_ = request.params["Id"]
    if id_ in _pairs(world, request):
        answer["DistributionConfig"]["ContinuousDeploymentPolicyId"] = POLICY
    return {**answer, "ETag": world.backend("cloudfront", request.account, "aws").distributions[id_].etag}


def _is_staging(world: World, request: Request) -> bool:
    is_disabled = not request.params["DistributionConfig"]["Enabled"]
    return is_disabled and request.params["Id"] in _pairs(world, request).values()


RULES = (
    After(
        "cloudfront:GetDistributionConfig",
        _show_policy,
        "botocore's model of CloudFront: ContinuousDeploymentPolicyId of a primary distribution",
    ),
    Rule(
        "cloudfront:UpdateDistribution",
        _is_staging,
        "StagingDistributionInUse",
        "The specified staging distribution is currently used by a continuous deployment policy. "
        "Please the update policy before deleting.",
        "hashicorp/terraform-provider-aws#33575: when it is disabled",
        409,
    ),
)
