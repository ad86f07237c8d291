"""AWS WAF in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

    from tests.sandbox.network import Network


def test_web_acl_that_guards_something(session: boto3.Session, network: Network) -> None:
    """A web ACL tells what it guards, and can't be deleted while it guards that."""
    waf, elb = session.client("wafv2"), session.client("elbv2")
    seen: Any = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "x"}
    made = waf.create_web_acl(Name="x", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen)["Summary"]
    balancer = elb.create_load_balancer(Name="carbuyer-alb", Subnets=network.subnets)["LoadBalancers"][0]
    waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=balancer["LoadBalancerArn"])
    assert waf.list_resources_for_web_acl(WebACLArn=made["ARN"])["ResourceArns"] == [balancer["LoadBalancerArn"]]
    which: Any = {"Name": "x", "Scope": "REGIONAL", "Id": made["Id"], "LockToken": made["LockToken"]}
    with refused("WAFAssociatedItemException"):
        waf.delete_web_acl(**which)
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    assert waf.list_resources_for_web_acl(WebACLArn=made["ARN"])["ResourceArns"] == []
    waf.delete_web_acl(**which)
    assert waf.list_web_acls(Scope="REGIONAL")["WebACLs"] == []


def test_marker_on_the_last_page(session: boto3.Session) -> None:
    """A page with items has a marker though nothing follows; the next page is empty, and has it again."""
    waf = session.client("wafv2")
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "x"}
    assert "NextMarker" not in waf.list_web_acls(Scope="REGIONAL")
    waf.create_web_acl(Name="x", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen)

    first = waf.list_web_acls(Scope="REGIONAL")
    second = waf.list_web_acls(Scope="REGIONAL", NextMarker=first["NextMarker"])

    assert [acl["Name"] for acl in first["WebACLs"]] == ["x"]
    assert (second["WebACLs"], second["NextMarker"]) == ([], first["NextMarker"])
