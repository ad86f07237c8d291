"""What helps if AWS refuses a call: a table of calls, codes and words of the message, each with one sentence.

The first row that fits counts, so special cases come first. Codes and words are from AWS's API references
(botocore's service models) and from the sources beside the rows.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import NamedTuple


class Remedy(NamedTuple):
    """A sentence for the refusals whose call, code and message all fit.

    ``calls`` and ``codes`` are patterns, as for file names, separated by spaces; ``words`` is a regular expression that
    the message must contain, in upper or lower case.
    """

    says: str
    codes: str = "*"
    calls: str = "*"
    words: str = ""

    def fits(self, call: str, code: str, message: str) -> bool:
        """Return whether the sentence is for this refusal."""
        return _any(self.calls, call) and _any(self.codes, code) and bool(re.search(self.words, message, re.IGNORECASE))


def remedy(call: str, code: str, message: str) -> str:
    """Return the sentence that helps against a refusal, "" if the table has none."""
    return next((row.says for row in REMEDIES if row.fits(call, code, message)), "")


def _any(patterns: str, text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns.split())


AGAIN = "then run the same command again."
GONE = "AWS no longer knows it: run the same command again to look afresh."
USED = f"Something still uses it: in the AWS console, delete what the message names, {AGAIN}"
BY_HAND = f"AWS rejects the request for this resource as it is: delete it in the AWS console, {AGAIN}"
UNREGISTERED = (
    "Your account may not use this service (yet): finish its registration in the AWS console, or see what its plan "
    f"includes, {AGAIN}"
)
CLOCK = f"Set this computer's clock to the right time (compare `date -u`), {AGAIN}"

REMEDIES = (
    # S3: what protects single objects. Texts: logs in public repositories; S3 user guide, "Object Lock", "MFA delete".
    Remedy(
        "Object lock protects it: wait until the objects' retention has ended, or remove their legal hold in "
        f"the S3 console, {AGAIN}",
        calls="s3:*",
        words="object.?lock",
    ),
    Remedy(
        "The bucket has MFA delete: the account's root user must switch it off (`aws s3api put-bucket-versioning` with "
        f"--mfa and MFADelete=Disabled), {AGAIN}",
        calls="s3:*",
        words=r"\bmfa\b",
    ),
    # What can't be read, and so can't be saved: S3 API reference, "List of error codes"; S3 user guide, "Using SSE-C".
    Remedy(
        "It is in an archive, which can't be read at once: restore it in the S3 console (Actions, Initiate "
        f"restore) and wait for that, {AGAIN}",
        codes="InvalidObjectState",
        calls="s3:*",
    ),
    Remedy(
        "It was encrypted with a key that S3 doesn't have (SSE-C): save it yourself with that key, and delete it, "
        f"{AGAIN}",
        codes="InvalidRequest",
        calls="s3:GetObject",
        words="server side encryption",
    ),
    Remedy(
        f"Its KMS key is disabled or pending deletion: enable it, or cancel its deletion, in the KMS console, {AGAIN}",
        codes="KMS.DisabledException KMS.KMSInvalidStateException KMS.NotFoundException",
        calls="s3:*",
    ),
    # What S3 says in all other cases: S3 user guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3".
    Remedy(
        "S3 doesn't say why: look in the S3 console for Object Lock, MFA delete or Requester Pays (the bucket's "
        "Properties) and for a policy that denies it (Permissions), or ask the owner of the account for the "
        f"permission; {AGAIN}",
        codes="AccessDenied",
        calls="s3:Delete*",
        words=r"\baccess denied\.?$",
    ),
    # Who denies it: IAM user guide, "Troubleshoot access denied error messages".
    Remedy(
        "Your organization forbids it, whatever your account allows: ask whoever manages the organization to change "
        f"its policy, {AGAIN}",
        words="(service|resource) control policy",
    ),
    # SNS's code; other services' names for it begin in the same way: botocore's service models.
    Remedy(
        f"A tag policy of your organization forbids it: ask whoever manages the organization to change it, {AGAIN}",
        codes="TagPolicy*",
    ),
    Remedy(
        f"Your permissions boundary doesn't allow it: ask whoever set the boundary to change it, {AGAIN}",
        words="permissions boundary",
    ),
    Remedy(
        f"Your session is limited by a policy of its own: sign in without that session policy, {AGAIN}",
        words="session policy",
    ),
    Remedy(
        f"The endpoint's own policy doesn't allow it: run this from outside that VPC, {AGAIN}",
        words="VPC endpoint policy",
    ),
    Remedy(
        "A policy explicitly denies it, which overrides every permission: ask the owner of the account to remove that "
        f"statement, {AGAIN}",
        words="explicit deny",
    ),
    # The clock: EC2 and S3 API references, "Error codes"; Signature Version 4 words it alike for all other services.
    Remedy(CLOCK, codes="RequestTimeTooSkewed RequestInTheFuture"),
    Remedy(CLOCK, words="signature (expired|not yet current)|difference between the request time"),
    Remedy(
        "Sign in to AWS again, then run again: it continues where it left off. If that doesn't help, set this "
        "computer's clock right (compare `date -u`).",
        codes="RequestExpired",
    ),
    # Addresses that can't be released: cloud-custodian/cloud-custodian#8924 has both texts.
    Remedy(
        f"AWS has locked the address: ask AWS Support to unlock it (a case about EC2, Elastic IP addresses), {AGAIN}",
        codes="InvalidAddress.Locked",
    ),
    Remedy(
        "A reverse DNS record uses the address: remove it in the EC2 console (Elastic IPs, Update reverse DNS), "
        "wait until it is gone, " + AGAIN,
        codes="InvalidAddress.PtrSet",
    ),
    # AuthFailure has two meanings (EC2 API reference, "Error codes"); this one is about the resource.
    Remedy(
        "It belongs to another account or to an AWS service, which must release it: delete what uses it, " + AGAIN,
        codes="AuthFailure OperationNotPermitted",
        words="permission to access the specified resource|managed by|not allowed to manage",
    ),
    Remedy(
        "An AWS service keeps it: in that service's console, delete what it is for (GuardDuty: switch Runtime "
        f"Monitoring off), {AGAIN}",
        words="requester-managed",
    ),
    Remedy(
        "CloudFront still has copies of the function (Lambda@Edge) and deletes them some hours after the distribution: "
        "run the same command again tomorrow.",
        calls="lambda:*",
        words="replicated function",
    ),
    Remedy(
        "An IPAM pool manages the addresses of the VPC: delete that pool in the VPC console (IPAM, Pools), " + AGAIN,
        calls="ec2:*",
        words=r"\bipam\b",
    ),
    # Deleting the policy deletes the staging distribution, too: CloudFront developer guide, "Quotas and other
    # considerations for continuous deployment"; the text of the first: hashicorp/terraform-provider-aws#33575.
    Remedy(
        "The distribution is part of a continuous deployment: in the CloudFront console choose the distribution "
        "that serves the traffic and delete the policy there (Continuous deployment), which deletes the staging "
        f"distribution, too; {AGAIN}",
        codes="StagingDistributionInUse ContinuousDeploymentPolicyInUse",
    ),
    Remedy(
        "Another part of CloudFront still uses the distribution (continuous deployment, VPC origin, Anycast list): "
        f"remove it there in the CloudFront console, {AGAIN}",
        codes="ResourceInUse IllegalDelete",
        calls="cloudfront:*",
    ),
    Remedy(
        "Another service uses the load balancer: delete the VPC link in the API Gateway console (VPC links), or the "
        f"VPC endpoint service in the VPC console (Endpoint services), {AGAIN}",
        codes="ResourceInUse OperationNotPermitted",
        calls="elbv2:DeleteLoadBalancer",
        words="associated with another service",
    ),
    Remedy(
        "Deletion protection is on: switch it off in the AWS console (its settings or attributes), " + AGAIN,
        codes="OperationNotPermitted ValidationException InvalidParameterException UnsupportedOperation",
        words="protect|may not be terminated|disableApi",
    ),
    Remedy(
        "An AWS service created it, and only that service can delete it: delete what uses it there, " + AGAIN,
        codes="UnmodifiableEntity",
    ),
    Remedy(
        f"The bucket has access points: delete them in the S3 console (Access points), {AGAIN}",
        codes="BucketHasAccessPointsAttached",
    ),
    Remedy(
        "A default security group goes only with its VPC: delete the VPC, " + AGAIN,
        codes="CannotDelete",
    ),
    # Also the code for a Region that is off, without these words: Appliscale/cloud-security-audit#24
    Remedy(UNREGISTERED, codes="OptInRequired", words="not subscribed|needs a subscription"),
    # By the form of the code, for all services.
    Remedy(
        f"AWS doesn't accept the access key: check your credentials (`aws sts get-caller-identity`), {AGAIN}",
        codes="InvalidAccessKeyId SignatureDoesNotMatch IncompleteSignature MissingAuthenticationToken "
        "MissingAuthenticationTokenException InvalidSignatureException",
    ),
    Remedy(UNREGISTERED, codes="SubscriptionRequiredException AccountProblem PendingVerification NotSignedUp Blocked"),
    Remedy(
        "The answer is not AWS's: check AWS_ENDPOINT_URL, endpoint_url in ~/.aws/config, and whether a proxy or a "
        f"sign-in page answers, {AGAIN}",
        codes="NotAws IncompleteAnswer",
    ),
    Remedy(
        GONE,
        codes="*NotFound *NotFoundError *Nonexistent* *NotFoundException *NotFoundFault NoSuch* *.NotAttached "
        "ListenerNotFound",
    ),
    Remedy(
        USED,
        codes="*InUse *InUseException *.InUse DependencyViolation DeleteConflict *Conflict *ConflictException "
        "*NotEmpty DistributionNotDisabled BadRequestException PreconditionFailed* InvalidIfMatchVersion "
        "OperationAborted OperationAbortedException EntityTemporarilyUnmodifiable",
    ),
    Remedy(
        "CloudFront rejects the distribution's own configuration: disable it in the CloudFront console, "
        f"which shows what is wrong, {AGAIN}",
        calls="cloudfront:UpdateDistribution",
    ),
    Remedy("The list expired while it was being read: run the same command again.", codes="PaginationTokenExpired*"),
    Remedy(f"AWS is still changing it: wait a few minutes, {AGAIN}", codes="IncorrectState* InvalidState*"),
    Remedy(
        "The Region does not have this action; or, if AWS_ENDPOINT_URL leads to an emulator, the emulator lacks it.",
        codes="InvalidAction UnknownOperation*",
    ),
    Remedy("AWS no longer offers this service to your account, so nothing can be there.", codes="NoLongerSupported*"),
    Remedy(
        f"A quota of the account is used up: delete what you don't need, {AGAIN}",
        codes="LimitExceeded ServiceQuotaExceeded*",
    ),
    Remedy(
        BY_HAND,
        codes="Invalid* WAFInvalid* WAFTag* Serialization* Illegal* Malformed* CodeVerification* Missing* Validation* "
        "Unsupported* NotImplemented "
        "MethodNotAllowed* OperationNotPermitted PermanentRedirect DryRunOperation",
    ),
)
