"""Resources that exist only inside another one, by the form of their ARNs.

The forms are those of AWS's Service Authorization Reference. The tagging API lists listeners and rules long after
they were deleted (aws/aws-cli#8197): they are gone when what they belong to is gone.
"""

from __future__ import annotations

import re

# Service and resource of a part, and of the whole that it belongs to.
PARTS: tuple[tuple[str, str], ...] = (
    (r"(elasticloadbalancing:)listener(?:-rule)?/((?:app|net|gwy)/[^/]+/[^/]+)/.+", r"\1loadbalancer/\2"),
    (r"(apigateway:/(?:restapis|apis|domainnames|usageplans)/[^/]+)/.+", r"\1"),
    (r"(lambda:(?:function|layer):[^:]+):.+", r"\1"),
    (r"(dynamodb:table/[^/]+)/(?:index|stream|export|import)/.+", r"\1"),
    (r"(kinesis:stream/[^/]+)/.+", r"\1"),
    (r"(states:stateMachine:[^:]+):.+", r"\1"),
    (r"ecs:(?:task|container-instance|task-set)/([^/]+)/.+", r"ecs:cluster/\1"),
    (r"eks:(?:nodegroup|addon|fargateprofile|identityproviderconfig|access-entry|podidentityassociation)/([^/]+)/.+",
     r"eks:cluster/\1"),
    (r"codedeploy:(?:deploymentgroup|instance):([^/]+)/.+", r"codedeploy:application:\1"),
    (r"(codepipeline:[^:/]+)/.+", r"\1"),
    (r"(appconfig:application/[^/]+)/.+", r"\1"),
    (r"(appsync:apis/[^/]+)/.+", r"\1"),
    (r"(amplify:apps/[^/]+)/.+", r"\1"),
    (r"elasticbeanstalk:(?:applicationversion|configurationtemplate)/([^/]+)/.+", r"elasticbeanstalk:application/\1"),
    (r"(globalaccelerator:accelerator/[^/]+)/.+", r"\1"),
    (r"transfer:user/([^/]+)/.+", r"transfer:server/\1"),
)  # fmt: skip
RESOURCE = 5  # its place in an ARN: arn:partition:service:region:account:resource


def whole_of(arn: str) -> str:
    """Return the ARN of what a part belongs to; any other ARN unchanged."""
    fields = arn.split(":", RESOURCE)
    if len(fields) <= RESOURCE:
        return arn
    text = f"{fields[2]}:{fields[RESOURCE]}"
    wholes = (re.sub(part, whole, text) for part, whole in PARTS if re.fullmatch(part, text))
    resource = next(wholes, text).partition(":")[2]
    return ":".join([*fields[:RESOURCE], resource])
