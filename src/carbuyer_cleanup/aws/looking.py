"""Which of AWS's operations only look: by the table of the suite's own calls, by name for all others.

botocore's models mark too few operations as read-only, and some wrongly (``ivs:StartViewerSessionRevocation``,
botocore 1.44.5), so the names decide. The exceptions change something according to AWS's own access levels (Service
Authorization Reference), or hand out credentials that nobody would guard.
"""

from __future__ import annotations

import re

from carbuyer_cleanup.aws.calls import CALLS

VERBS = re.compile(r"(Describe|List|Get|Head)(?=[A-Z])")
ALSO_LOOK = frozenset(
    "dynamodb:BatchGetItem dynamodb:Query dynamodb:Scan dynamodb:TransactGetItems iam:SimulateCustomPolicy "
    "logs:FilterLogEvents s3:SelectObjectContent".split()
)
DO_MORE = frozenset(
    "cognito-identity:GetCredentialsForIdentity cognito-identity:GetId cognito-identity:GetOpenIdToken "
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity codeartifact:GetAuthorizationToken "
    "ecr:GetAuthorizationToken ecr-public:GetAuthorizationToken emr-containers:GetManagedEndpointSessionCredentials "
    "emr:GetClusterSessionCredentials emr:GetOnClusterAppUIPresignedURL emr:GetPersistentAppUIPresignedURL "
    "lightsail:GetInstanceAccessDetails lightsail:GetRelationalDatabaseMasterUserPassword "
    "redshift-serverless:GetCredentials redshift:GetClusterCredentials redshift:GetClusterCredentialsWithIAM "
    "security-ir:GetCaseAttachmentUploadUrl socialmessaging:GetWhatsAppMessageMedia sso:GetRoleCredentials "
    "stepfunctions:GetActivityTask sts:GetFederationToken sts:GetSessionToken sts:GetWebIdentityToken "
    "sts:GetDelegatedAccessToken wickr:ListNetworks".split()
)


def only_looks(call: str) -> bool:
    """Return whether a call such as ``ec2:DescribeSnapshots`` is known to change nothing.

    Args:
        call: botocore's name of the service, a colon, and the operation.
    """
    if call in CALLS:
        return not CALLS[call].writes
    return call in ALSO_LOOK or (call not in DO_MORE and bool(VERBS.match(call.partition(":")[2])))
