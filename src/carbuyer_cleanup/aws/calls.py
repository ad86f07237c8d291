"""Every AWS call that the suite makes: those of the kinds, of a backup, of the audit's table, and its own."""

from __future__ import annotations

from dataclasses import replace

from carbuyer_cleanup.audit.types import READS
from carbuyer_cleanup.backup.calls import SAVING
from carbuyer_cleanup.call import Call, read
from carbuyer_cleanup.catalog import KINDS
from carbuyer_cleanup.errors import AwsError, CleanupError, NotUnderstood

CALLS: dict[str, Call] = {
    "sts:GetCallerIdentity": read(),
    "iam:ListAccountAliases": read(has="AccountAliases", optional=True),
    "iam:ListRoles": read(),
    "iam:SimulatePrincipalPolicy": read(optional=True),
    "ec2:DescribeRegions": read(has="Regions"),
    **{call: row for kind in KINDS for call, row in kind.calls.items()},
    **SAVING,
}

# The audit's calls, from its own table.
for _call, (_gone, _tokens) in READS.items():
    CALLS[_call] = replace(CALLS.get(_call, read(*_gone)), tokens=_tokens)
# EC2's lists hide what AWS's services run in the account (EKS Auto Mode, ECS Managed Instances …) unless they are asked
# for it: since April 2026 by default (EC2 API reference, ModifyManagedResourceVisibility;
# kubernetes-sigs/aws-load-balancer-controller#4730). It is charged for, and in the way like everything else.
HIDING = (
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVolumes",
)
for _call in HIDING:
    CALLS[_call] = replace(CALLS[_call], always={"IncludeManagedResources": True})
CALLS["cloudwatch:DescribeAlarms"] = replace(CALLS["cloudwatch:DescribeAlarms"], has=("MetricAlarms",))


def is_failed_look(error: CleanupError) -> bool:
    """Return whether AWS refused a call that only looks, or its answer made no sense: nobody knows what is there."""
    if isinstance(error, AwsError):
        return not CALLS[error.call].writes
    return isinstance(error, NotUnderstood)
