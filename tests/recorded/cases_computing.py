"""Instances, load balancers, functions and APIs: whose each thing is, and what is refused."""

from __future__ import annotations

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT as ME
from strict_moto.session import REGION
from tests.recorded.things import (
    NEAR,
    NETWORKS,
    OURS,
    REGIONAL,
    Case,
    apis,
    copies,
    eni,
    enis,
    forwards,
    function,
    guarded,
    instance,
    instances,
    logs,
    plan,
)

FOUND: dict[str, Case] = {
    "instance-in-our-vpc": Case("EC2 instance", NETWORKS | instances(instance(VpcId="vpc-1")), {"i-1": "doubtful"}),
    "instance-with-our-key": Case(
        "EC2 instance", NETWORKS | instances(instance(KeyName="carbuyer-keypair")), {"i-1": "doubtful"}
    ),
    "instance-with-our-profile": Case(
        "EC2 instance", NETWORKS | instances(instance(IamInstanceProfile={"Arn": "a/carbuyer-x"})), {"i-1": "doubtful"}
    ),
    "instance-with-our-group": Case(
        "EC2 instance",
        NETWORKS | instances(instance(SecurityGroups=[{"GroupName": "carbuyer-x"}])),
        {"i-1": "doubtful"},
    ),
    "instance-of-a-near-miss": Case("EC2 instance", NETWORKS | instances(instance(**NEAR)), {"i-1": "foreign"}),
    "volume-of-a-doubtful-instance": Case(
        "EBS volume",
        NETWORKS
        | instances(
            instance(
                KeyName="carbuyer-keypair",
                RootDeviceName="/dev/xvda",
                BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1"}}],
            )
        )
        | {"ec2:DescribeVolumes": {"Volumes": [{"VolumeId": "vol-1", "State": "in-use"}]}},
        {},
    ),
    "volume-that-is-gone": Case(
        "EBS volume", {"ec2:DescribeVolumes": {"Volumes": [{"VolumeId": "vol-1", "State": "deleted", **OURS}]}}, {}
    ),
    "volume-remembered-and-attached": Case(
        "EBS volume",
        {"ec2:DescribeVolumes": {"Volumes": [{"VolumeId": "vol-1", "State": "in-use", "Attachments": [{}]}]}},
        {},
        remembered=(("volume", REGION, "vol-1", {"Device": "root", "CreateTime": "", "Name": ""}),),
    ),
    "volume-remembered": Case(
        "EBS volume",
        {"ec2:DescribeVolumes": {"Volumes": [{"VolumeId": "vol-1", "State": "available"}]}},
        {"vol-1": "ours"},
        remembered=(("volume", REGION, "vol-1", {"Device": "root", "CreateTime": "", "Name": ""}),),
    ),
    "copies-of-our-disk": Case(
        "copy of a disk", copies("vol-1"), {"snap-1": "doubtful"}, remembered=(("disk", REGION, "vol-1", {}),)
    ),
    "image-of-our-instance": Case(
        "copy of a disk", copies("", "i-1"), {"ami-1": "doubtful"}, remembered=(("disk", REGION, "i-1", {}),)
    ),
    "copies-of-others-disks": Case(
        "copy of a disk", copies("vol-2", "i-2"), {}, remembered=(("disk", REGION, "vol-1", {}),)
    ),
    "balancer-in-our-vpc": Case(
        "load balancer",
        NETWORKS | {"elbv2:DescribeLoadBalancers": {"LoadBalancers": [{"LoadBalancerArn": "lb", "VpcId": "vpc-1"}]}},
        {"lb": "doubtful"},
    ),
    "balancer-of-another-name-in-our-vpc": Case(
        "load balancer",
        NETWORKS
        | {
            "elbv2:DescribeLoadBalancers": {
                "LoadBalancers": [{"LoadBalancerArn": "lb", "LoadBalancerName": "x", "VpcId": "vpc-1"}]
            }
        },
        {"lb": "doubtful"},
    ),
    "targets-in-our-vpc": Case(
        "target group",
        NETWORKS | {"elbv2:DescribeTargetGroups": {"TargetGroups": [{"TargetGroupArn": "tg", "VpcId": "vpc-1"}]}},
        {"tg": "doubtful"},
    ),
    "targets-of-another-name-in-our-vpc": Case(
        "target group",
        NETWORKS
        | {
            "elbv2:DescribeTargetGroups": {
                "TargetGroups": [{"TargetGroupArn": "tg", "TargetGroupName": "x", "VpcId": "vpc-1"}]
            }
        },
        {"tg": "doubtful"},
    ),
    "mapping-of-no-function": Case(
        "Lambda function",
        {"lambda:ListEventSourceMappings": {"EventSourceMappings": [{"UUID": "u", "State": "Enabled"}]}},
        {"u": "doubtful"},
    ),
    "mapping-of-others": Case(
        "Lambda function",
        {
            "lambda:ListEventSourceMappings": {
                "EventSourceMappings": [
                    {"UUID": "u", "State": "Enabled", "FunctionArn": "arn:aws:lambda:x:1:function:x"}
                ]
            }
        },
        {},
    ),
    "function-gone-with-an-interface-on-its-way-out": Case(
        "Lambda function",
        enis(eni(Description="AWS Lambda VPC ENI-carbuyer-f-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", SubnetId="s")),
        {"carbuyer-f": "ours"},
    ),
    "function-gone-with-an-interface-left": Case(
        "Lambda function",
        enis(
            eni(
                Description="AWS Lambda VPC ENI-carbuyer-f-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
                SubnetId="s",
                Status="available",
            )
        ),
        {},
    ),
    "logs-of-a-near-miss": Case(
        "log group of an API", apis(a="mycarbuyer-x") | logs("API-Gateway-Execution-Logs_a/prod"), {}
    ),
    "logs-of-no-api": Case("log group of an API", apis(a="carbuyer-email-api") | logs("a"), {}),
    "http-api-without-a-name": Case(
        "HTTP API", {"apigatewayv2:GetApis": {"Items": [{"ApiId": "h"}]}}, {"h": "doubtful"}
    ),
    "plan-on-a-near-miss": Case("usage plan", apis(a="mycarbuyer-x") | plan("x", "a"), {}),
    "mapping-to-a-near-miss": Case(
        "base path mapping",
        apis(a="mycarbuyer-x")
        | {
            "apigateway:GetDomainNames": {"items": [{"domainName": "d"}]},
            "apigateway:GetBasePathMappings": {"items": [{"basePath": "(none)", "restApiId": "a"}]},
        },
        {},
    ),
    "balancer-without-a-name": Case(
        "load balancer",
        {"elbv2:DescribeLoadBalancers": {"LoadBalancers": [{"LoadBalancerArn": "lb"}]}},
        {"lb": "doubtful"},
    ),
    "targets-without-a-name": Case(
        "target group", {"elbv2:DescribeTargetGroups": {"TargetGroups": [{"TargetGroupArn": "tg"}]}}, {"tg": "doubtful"}
    ),
    "plan-on-our-api": Case("usage plan", apis(a="carbuyer-a") | plan("x", "a"), {"plan-1": "doubtful"}),
    "our-plan-on-others-api": Case("usage plan", apis(a="x") | plan("carbuyer-p", "a"), {"plan-1": "foreign"}),
    "plan-without-a-name": Case("usage plan", plan("", "a"), {"plan-1": "doubtful"}),
    "mapping-to-another-api": Case(
        "base path mapping",
        apis(b="carbuyer-b")
        | {
            "apigateway:GetDomainNames": {"items": [{"domainName": "d"}]},
            "apigateway:GetBasePathMappings": {"items": [{"basePath": "(none)", "restApiId": "a"}]},
        },
        {},
    ),
    "acl-of-our-balancer": Case("web ACL of a load balancer", guarded("carbuyer-alb"), {REGIONAL: "ours"}),
    "acl-of-a-balancer-that-nearly-is": Case("web ACL of a load balancer", guarded("mycarbuyer-alb"), {}),
    "acl-of-our-balancer-and-others": Case(
        "web ACL of a load balancer", guarded("carbuyer-alb", "x"), {REGIONAL: "foreign"}
    ),
}

DELETIONS: dict[str, Case] = {
    "targets-of-our-balancer": Case("target group", forwards("carbuyer-alb"), written=("elbv2:DeleteTargetGroup",)),
    "targets-of-a-near-miss": Case("target group", forwards("mycarbuyer-alb")),
    "function-that-others-invoke": Case(
        "Lambda function",
        function("carbuyer-f", "x")
        | apis(a="x")
        | {"lambda:GetPolicy": {"Policy": f'"arn:aws:execute-api:{REGION}:{ME}:a/*"'}},
    ),
    "function-that-nobody-invokes": Case(
        "Lambda function",
        function("carbuyer-f", "x")
        | apis(a="x", b="carbuyer-b")
        | {"lambda:GetPolicy": {"Policy": f'"arn:aws:execute-api:{REGION}:{ME}:b/*"'}},
        written=("lambda:DeleteFunction",),
    ),
    "api-on-somebodys-plan": Case("REST API", apis(a="carbuyer-a") | plan("x", "a")),
    "api-beside-somebodys-plan": Case(
        "REST API", apis(a="carbuyer-a") | plan("x", "b"), written=("apigateway:DeleteRestApi",)
    ),
    "api-on-our-plan": Case(
        "REST API", apis(a="carbuyer-a") | plan("carbuyer-p", "a"), written=("apigateway:DeleteRestApi",)
    ),
    "key-on-somebodys-plan": Case(
        "API key",
        {"apigateway:GetApiKeys": {"items": [{"id": "k", "name": "carbuyer-k"}]}}
        | plan("x")
        | {"apigateway:GetUsagePlanKeys": {"items": [{"id": "k"}]}},
    ),
    "key-on-our-plan": Case(
        "API key",
        {"apigateway:GetApiKeys": {"items": [{"id": "k", "name": "carbuyer-k"}]}}
        | plan("carbuyer-p")
        | {"apigateway:GetUsagePlanKeys": {"items": [{"id": "k"}]}},
        written=("apigateway:DeleteApiKey",),
    ),
    "key-beside-somebodys-plan": Case(
        "API key",
        {"apigateway:GetApiKeys": {"items": [{"id": "k", "name": "carbuyer-k"}]}}
        | plan("x")
        | {"apigateway:GetUsagePlanKeys": {"items": [{"id": "l"}]}},
        written=("apigateway:DeleteApiKey",),
    ),
}
