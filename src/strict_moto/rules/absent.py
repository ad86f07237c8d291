"""What moto 5.2.5 cannot list: answered as AWS answers an account without any.

That is honest as long as none can be created in the embedded AWS either: such a call only returns an error.
``tests/audit`` checks that every row is still needed and that none is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.world import Instead

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

# The calls, with their empty answers.
EMPTY: dict[str, Params] = {
    "amplify:ListApps": {"apps": []},
    "apigateway:GetClientCertificates": {"items": []},
    "appconfig:ListApplications": {"Items": []},
    "apprunner:ListServices": {"ServiceSummaryList": []},
    "cloudfront:ListCachePolicies": {"CachePolicyList": {"MaxItems": 100, "Quantity": 0}},
    "cloudfront:ListOriginRequestPolicies": {"OriginRequestPolicyList": {"MaxItems": 100, "Quantity": 0}},
    "cloudfront:ListResponseHeadersPolicies": {"ResponseHeadersPolicyList": {"MaxItems": 100, "Quantity": 0}},
    "cloudwatch:ListMetricStreams": {"Entries": []},
    "codeartifact:ListRepositories": {"repositories": []},
    "codecommit:ListRepositories": {"repositories": []},
    "codeconnections:ListConnections": {"Connections": []},
    "ec2:DescribeCapacityReservations": {"CapacityReservations": []},
    "ec2:DescribeClientVpnEndpoints": {"ClientVpnEndpoints": []},
    "ec2:DescribePlacementGroups": {"PlacementGroups": []},
    "ecr-public:DescribeRepositories": {"repositories": []},
    "elasticache:DescribeServerlessCaches": {"ServerlessCaches": []},
    "globalaccelerator:ListAccelerators": {"Accelerators": []},
    "glue:GetDatabases": {"DatabaseList": []},
    "glue:ListCrawlers": {"CrawlerNames": []},
    "glue:ListJobs": {"JobNames": []},
    "lambda:ListCodeSigningConfigs": {"CodeSigningConfigs": []},
    "lightsail:GetInstances": {"instances": []},
    "rds:DescribeDBClusterAutomatedBackups": {"DBClusterAutomatedBackups": []},
    "sesv2:ListEmailTemplates": {"TemplatesMetadata": []},
    "xray:GetGroups": {"Groups": []},
}


def _answering(answer: Params) -> Any:
    def act(world: World, request: Request) -> Params:
        del world, request
        return answer

    return act


RULES = tuple(Instead(call, _answering(answer), "moto 5.2.5 has no such call") for call, answer in EMPTY.items())
