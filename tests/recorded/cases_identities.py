"""Tables and IAM: whose each thing is, and what is refused."""

from __future__ import annotations

from datetime import timedelta

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT as ME
from strict_moto.session import REGION
from tests.recorded.things import (
    CONSOLES,
    GROUP_OF_OURS,
    KEY_PAIR,
    OUR_POLICY,
    OURS,
    PROFILE,
    ROLE,
    WHEN,
    WITNESS,
    Case,
    arn,
    buckets,
    devices,
    event,
    function,
    instance,
    instances,
    policies,
    roles,
    table,
)

FOUND: dict[str, Case] = {
    "table-with-a-witness": Case("DynamoDB table", table() | WITNESS, {"User": "ours"}),
    "table-with-others-role": Case("DynamoDB table", table() | roles(ROLE | {"RoleName": "x"}), {"User": "doubtful"}),
    "table-with-others-bucket": Case("DynamoDB table", table() | buckets("x"), {"User": "doubtful"}),
    "table-with-others-tables": Case("DynamoDB table", table("a", "b", "c"), {"User": "doubtful"}),
    "table-with-our-tables": Case(
        "DynamoDB table", table("Slider", "XeOto"), {"User": "ours", "Slider": "ours", "XeOto": "ours"}
    ),
    "table-protected": Case("DynamoDB table", table(DeletionProtectionEnabled=True) | WITNESS, {"User": "doubtful"}),
    "table-with-replicas": Case(
        "DynamoDB table", table(Replicas=[{"RegionName": "us-east-1"}]) | WITNESS, {"User": "doubtful"}
    ),
    "table-with-a-stream": Case(
        "DynamoDB table", table(StreamSpecification={"StreamEnabled": True}) | WITNESS, {"User": "doubtful"}
    ),
    "table-restored": Case(
        "DynamoDB table", table(RestoreSummary={"RestoreDateTime": WHEN}) | WITNESS, {"User": "doubtful"}
    ),
    "table-with-a-foreign-tag": Case("DynamoDB table", table(tags={"app": "billing"}) | WITNESS, {"User": "doubtful"}),
    "table-with-a-tag-of-aws": Case("DynamoDB table", table(tags={"aws:x": "y"}) | WITNESS, {"User": "ours"}),
    "table-with-a-tag-of-ours": Case("DynamoDB table", table(tags={"app": "CarBuyer"}) | WITNESS, {"User": "ours"}),
    "table-of-another-key": Case(
        "DynamoDB table",
        table(AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}]) | WITNESS,
        {"User": "foreign"},
    ),
    "table-whose-key-is-not-told": Case("DynamoDB table", table(KeySchema=[]) | WITNESS, {"User": "doubtful"}),
    "table-of-a-type-of-tomorrow": Case(
        "DynamoDB table",
        table(AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "UUID"}]) | WITNESS,
        {"User": "doubtful"},
    ),
    "table-made-by-our-user": Case(
        "DynamoDB table", table() | event("CreateTable", "carbuyer-app-user"), {"User": "ours"}
    ),
    "table-that-followed-one-of-our-users": Case(
        "DynamoDB table",
        table(CreationDateTime=WHEN + timedelta(hours=1)) | event("CreateTable", "carbuyer-app-user"),
        {"User": "doubtful"},
    ),
    "table-changed-by-our-user": Case(
        "DynamoDB table", table() | event("UpdateTable", "carbuyer-app-user"), {"User": "doubtful"}
    ),
    "table-made-by-others": Case("DynamoDB table", table() | event("CreateTable", "x"), {"User": "doubtful"}),
    "table-without-an-id-remembered": Case(
        "DynamoDB table",
        table(TableId="", CreationDateTime=None),
        {"User": "doubtful"},
        remembered=(("table", REGION, "User", {"TableId": ""}),),
    ),
    "role-of-aws": Case("IAM role", roles(ROLE | {"Path": "/aws-service-role/x/"}), {"carbuyer-x": "foreign"}),
    "role-that-the-suite-runs-as": Case(
        "IAM role", roles(ROLE), {"carbuyer-x": "foreign"}, caller=f"arn:aws:sts::{ME}:assumed-role/carbuyer-x/me"
    ),
    "role-of-which-the-session-has-the-name": Case(
        "IAM role", roles(ROLE), {"carbuyer-x": "ours"}, caller=f"arn:aws:sts::{ME}:assumed-role/other/carbuyer-x"
    ),
    "profile-of-the-role-that-the-suite-runs-as": Case(
        "instance profile",
        {
            "iam:ListInstanceProfiles": {
                "InstanceProfiles": [{"InstanceProfileName": "carbuyer-p", "Roles": [{"RoleName": "carbuyer-x"}]}]
            }
        },
        {"carbuyer-p": "foreign"},
        caller=f"arn:aws:sts::{ME}:assumed-role/carbuyer-x/me",
    ),
    "user-that-the-suite-runs-as": Case(
        "IAM user",
        {"iam:ListUsers": {"Users": [{"UserName": "carbuyer-x"}]}},
        {"carbuyer-x": "foreign"},
        caller=f"arn:aws:iam::{ME}:user/team/carbuyer-x",
    ),
    "device-of-our-name-that-others-have": Case("virtual MFA device", devices(arn("iam", "user/x"), "x"), {}),
    "device-of-a-near-miss": Case("virtual MFA device", devices(arn("iam", "user/mycarbuyer-x"), "mycarbuyer-x"), {}),
    "policy-that-a-console-made-for-our-role": Case(
        "IAM policy",
        policies(CONSOLES, 1) | roles(ROLE | {"AttachedManagedPolicies": [{"PolicyArn": CONSOLES}]}),
        {CONSOLES: "ours"},
    ),
    "policy-that-a-console-made-and-others-have": Case(
        "IAM policy",
        policies(CONSOLES, 2) | roles(ROLE | {"AttachedManagedPolicies": [{"PolicyArn": CONSOLES}]}),
        {},
    ),
    "policy-that-a-console-made-for-a-near-miss": Case(
        "IAM policy",
        policies(CONSOLES, 1)
        | roles(ROLE | {"RoleName": "mycarbuyer-x", "AttachedManagedPolicies": [{"PolicyArn": CONSOLES}]}),
        {},
    ),
    "table-of-the-prefix": Case(
        "DynamoDB table",
        table(TableName="carbuyer-t", KeySchema=[]) | {"dynamodb:ListTables": {"TableNames": ["carbuyer-t"]}},
        {"carbuyer-t": "ours"},
    ),
    "table-that-the-caller-names": Case(
        "DynamoDB table",
        table(AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}]),
        {"User": "ours"},
        names=("dynamodb.table=User",),
    ),
    "table-and-one-more": Case("DynamoDB table", table("Slider"), {"User": "doubtful", "Slider": "doubtful"}),
    "policy-that-no-console-made": Case(
        "IAM policy",
        {
            "iam:ListPolicies": {
                "Policies": [
                    {"PolicyName": "x", "Arn": arn("iam", "policy/x"), "AttachmentCount": 1},
                    {"PolicyName": "y", "Arn": CONSOLES, "AttachmentCount": 1},
                ]
            }
        }
        | roles(ROLE | {"AttachedManagedPolicies": [{"PolicyArn": arn("iam", "policy/x")}]}),
        {},
    ),
    "policy-that-looks-like-a-consoles": Case(
        "IAM policy",
        policies(CONSOLES.replace("service-role/", ""), 1)
        | roles(ROLE | {"AttachedManagedPolicies": [{"PolicyArn": CONSOLES.replace("service-role/", "")}]}),
        {},
    ),
}

DELETIONS: dict[str, Case] = {
    "key-pair": Case("key pair", KEY_PAIR, written=("ec2:DeleteKeyPair",)),
    "key-pair-of-somebodys-instance": Case("key pair", KEY_PAIR | instances(instance(KeyName="carbuyer-keypair"))),
    "key-pair-of-our-instance": Case(
        "key pair",
        KEY_PAIR | instances(instance(KeyName="carbuyer-keypair", **OURS)),
        written=("ec2:DeleteKeyPair",),
    ),
    "key-pair-beside-another": Case(
        "key pair", KEY_PAIR | instances(instance(KeyName="x")), written=("ec2:DeleteKeyPair",)
    ),
    "role-of-somebodys-function": Case("IAM role", roles(ROLE) | function("x", "carbuyer-x")),
    "role-of-our-function": Case(
        "IAM role", roles(ROLE) | function("carbuyer-f", "carbuyer-x"), written=("iam:DeleteRole",)
    ),
    "role-beside-another": Case("IAM role", roles(ROLE) | function("x", "y"), written=("iam:DeleteRole",)),
    "role-in-somebodys-profile": Case(
        "IAM role", roles(ROLE | {"InstanceProfileList": [{"InstanceProfileName": "x"}]})
    ),
    "role-beside-somebodys-instance": Case(
        "IAM role",
        roles(ROLE) | instances(instance(IamInstanceProfile={"Arn": "a/x"})),
        written=("iam:DeleteRole",),
    ),
    "group-with-somebody-in-it": Case("IAM group", GROUP_OF_OURS | {"iam:GetGroup": {"Users": [{"UserName": "x"}]}}),
    "group-with-a-near-miss-in-it": Case(
        "IAM group", GROUP_OF_OURS | {"iam:GetGroup": {"Users": [{"UserName": "mycarbuyer-x"}]}}
    ),
    "group-with-our-user-in-it": Case(
        "IAM group",
        GROUP_OF_OURS | {"iam:GetGroup": {"Users": [{"UserName": "carbuyer-x"}]}},
        written=("iam:RemoveUserFromGroup", "iam:DeleteGroup"),
    ),
    "policy-of-somebodys-role": Case(
        "IAM policy", OUR_POLICY | {"iam:ListEntitiesForPolicy": {"PolicyRoles": [{"RoleName": "x"}]}}
    ),
    "policy-of-a-near-miss": Case(
        "IAM policy", OUR_POLICY | {"iam:ListEntitiesForPolicy": {"PolicyRoles": [{"RoleName": "mycarbuyer-x"}]}}
    ),
    "policy-of-the-role-that-the-suite-runs-as": Case(
        "IAM policy",
        OUR_POLICY | {"iam:ListEntitiesForPolicy": {"PolicyRoles": [{"RoleName": "carbuyer-x"}]}},
        caller=f"arn:aws:sts::{ME}:assumed-role/carbuyer-x/me",
    ),
    "policy-of-our-role": Case(
        "IAM policy",
        OUR_POLICY | {"iam:ListEntitiesForPolicy": {"PolicyRoles": [{"RoleName": "carbuyer-x"}]}},
        written=("iam:DetachRolePolicy", "iam:DeletePolicy"),
    ),
    "role-in-our-profile": Case(
        "IAM role",
        roles(ROLE | {"InstanceProfileList": [{"InstanceProfileName": "carbuyer-p"}]}),
        written=("iam:RemoveRoleFromInstanceProfile", "iam:DeleteRole"),
    ),
    "profile-of-somebodys-instance": Case(
        "instance profile", PROFILE | instances(instance(IamInstanceProfile={"Arn": "a/carbuyer-p"}))
    ),
    "profile-beside-somebodys-instance": Case(
        "instance profile",
        PROFILE | instances(instance(IamInstanceProfile={"Arn": "a/x"})),
        written=("iam:DeleteInstanceProfile",),
    ),
}
