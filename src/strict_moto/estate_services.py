"""The estate outside the VPC: roles, user, tables, bucket, distribution, function, API."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from strict_moto.builder import named

if TYPE_CHECKING:
    from strict_moto.builder import Builder

POLICY = "arn:aws:iam::aws:policy/"
APP_POLICIES = (POLICY + "AmazonDynamoDBFullAccess", POLICY + "AmazonS3FullAccess", POLICY + "CloudFrontFullAccess")
LAMBDA_POLICY = POLICY + "service-role/AWSLambdaBasicExecutionRole"
TABLES = "DanhGia DatLichKH KieuDang LoaiPhuKien MauXe NguyenLieuXe PhuKien Slider ThuongHieu TinTuc User XeOto".split()
KEYS = ("Database/XeOto.json", "Database/User.json", "SlideShow/slide-1.jpg", "SlideShow/slide-2.jpg")
HANDLER = b"export const handler = async () => ({ statusCode: 200, body: 'sent' });\n"


def roles(builder: Builder) -> None:
    """Create the two roles, and the instance profile that the console adds to the first."""
    iam = builder.client("iam")
    role(builder, "carbuyer-ec2-role", "ec2.amazonaws.com", APP_POLICIES)
    iam.create_instance_profile(InstanceProfileName="carbuyer-ec2-role")
    iam.add_role_to_instance_profile(InstanceProfileName="carbuyer-ec2-role", RoleName="carbuyer-ec2-role")
    role(builder, "carbuyer-lambda-email-role", "lambda.amazonaws.com", (LAMBDA_POLICY,))


def role(builder: Builder, name: str, service: str, policies: tuple[str, ...] = ()) -> str:
    """Create a role that ``service`` may assume, and return its ARN."""
    iam = builder.client("iam")
    trust = [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    builder.ids[name] = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    for policy in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    return builder.ids[name]


def user(builder: Builder, name: str = "carbuyer-app-user") -> str:
    """Create the user with one access key, and return the key's id; the console keeps its description as a tag."""
    iam = builder.client("iam")
    iam.create_user(UserName=name)
    for policy in APP_POLICIES:
        iam.attach_user_policy(UserName=name, PolicyArn=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    iam.tag_user(UserName=name, Tags=[{"Key": key, "Value": "carbuyer-app-keys"}])
    builder.ids[name] = key
    return str(key)


def tables(builder: Builder) -> None:
    """Create the twelve tables, with a few items in each."""
    for name in TABLES:
        table(builder, name)
    builder.wait(60)  # they take items once they are active
    for name in TABLES:
        items(builder, name)


def table(builder: Builder, name: str, key: str = "id", **more: Any) -> None:
    """Create a table; ``more`` is passed to CreateTable."""
    builder.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def items(builder: Builder, name: str, count: int = 3) -> None:
    """Put ``count`` items into a table of the workshop."""
    puts = [{"PutRequest": {"Item": {"id": {"S": f"{name}-{n}"}, "name": {"S": f"{name} {n}"}}}} for n in range(count)]
    builder.client("dynamodb").batch_write_item(RequestItems={name: puts})


def bucket(builder: Builder, name: str = "") -> None:
    """Create the bucket: versioned, publicly readable, with old versions and delete markers in it."""
    s3, name = builder.client("s3"), name or builder.bucket
    builder.create_bucket(name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.delete_public_access_block(Bucket=name)
    s3.put_bucket_policy(Bucket=name, Policy=_public_read(name))
    objects(builder, name)


def _public_read(bucket_name: str) -> str:
    resource = f"arn:aws:s3:::{bucket_name}/*"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "PublicRead", **statement}]})


def objects(builder: Builder, name: str) -> None:
    """Upload the workshop's files, one of them twice, and delete one, which leaves a delete marker."""
    s3 = builder.client("s3")
    for folder in ("Database/", "SlideShow/"):
        s3.put_object(Bucket=name, Key=folder)
    for key in (*KEYS, KEYS[0]):
        s3.put_object(Bucket=name, Key=key, Body=f"content of {key}".encode())
    s3.delete_object(Bucket=name, Key=KEYS[-1])


def distribution(builder: Builder, name: str = "fcj-cloudfront-carbuyer", origin: str = "") -> str:
    """Create a distribution for a bucket with an origin access control, and return its id; its name is a tag."""
    cloudfront = builder.client("cloudfront")
    domain = f"{origin or builder.bucket}.s3.{builder.region}.amazonaws.com"
    access = cloudfront.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": f"oac-{domain}-{name}",
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )["OriginAccessControl"]["Id"]
    made = cloudfront.create_distribution_with_tags(
        DistributionConfigWithTags={
            "DistributionConfig": _distribution(name, domain, access),
            "Tags": {"Items": named(name)},
        }
    )["Distribution"]
    builder.ids |= {name: made["Id"], f"{name} access control": access}
    return str(made["Id"])


def _distribution(name: str, domain: str, access: str) -> dict[str, Any]:
    origin = {
        "Id": domain,
        "DomainName": domain,
        "OriginAccessControlId": access,
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    return {
        "CallerReference": name,
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {
            "TargetOriginId": domain,
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",  # AWS's own CachingOptimized
            "Compress": True,
        },
    }


def function(builder: Builder, name: str = "carbuyer-email-service", **more: Any) -> str:
    """Create the function, and the log group of its first run; return its ARN. ``more`` is passed to CreateFunction."""
    made = builder.client("lambda").create_function(
        FunctionName=name,
        Runtime="nodejs22.x",
        Role=builder.ids["carbuyer-lambda-email-role"],
        Handler="index.handler",
        Code={"ZipFile": _package()},
        MemorySize=256,
        Timeout=30,
        Environment={"Variables": {"EMAIL_USER": "shop@example.com", "EMAIL_PASS": "not-a-real-password"}},
        **more,
    )
    builder.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
    builder.ids[name] = made["FunctionArn"]
    return builder.ids[name]


def _package() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("index.mjs", HANDLER)
    return buffer.getvalue()


def rest_api(builder: Builder, name: str = "carbuyer-email-api", target: str = "carbuyer-email-service") -> str:
    """Create the API in front of the function, with its stage and its log group, and return its id."""
    gateway = builder.client("apigateway")
    api = gateway.create_rest_api(name=name)["id"]
    builder.ids[name] = api
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    post = {"restApiId": api, "resourceId": root, "httpMethod": "POST"}
    gateway.put_method(**post, authorizationType="NONE", apiKeyRequired=True)
    gateway.put_integration(
        **post, type="AWS_PROXY", integrationHttpMethod="POST", uri=_invocation(builder, builder.ids[target])
    )
    gateway.create_deployment(restApiId=api, stageName="prod")
    _permission(builder, api, target)
    builder.client("logs").create_log_group(logGroupName=f"API-Gateway-Execution-Logs_{api}/prod")
    return str(api)


def _invocation(builder: Builder, arn: str) -> str:
    return f"arn:aws:apigateway:{builder.region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def _permission(builder: Builder, api: str, target: str) -> None:
    account = builder.ids[target].split(":")[4]
    builder.client("lambda").add_permission(
        FunctionName=target,
        StatementId="apigateway-invoke",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{builder.region}:{account}:{api}/*/POST/",
    )


def usage_plan(
    builder: Builder,
    name: str = "carbuyer-email-plan",
    key: str = "carbuyer-email-api-key",
    api: str = "carbuyer-email-api",
) -> str:
    """Create a usage plan for the API's stage, with a key, and return its id."""
    gateway = builder.client("apigateway")
    plan = gateway.create_usage_plan(name=name, apiStages=[{"apiId": builder.ids[api], "stage": "prod"}])["id"]
    builder.ids[key] = gateway.create_api_key(name=key, enabled=True)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=builder.ids[key], keyType="API_KEY")
    builder.ids[name] = plan
    return str(plan)
