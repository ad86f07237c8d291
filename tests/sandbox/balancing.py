"""A load balancer to test with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.network import Network

if TYPE_CHECKING:
    import boto3


NOWHERE = "arn:aws:elasticloadbalancing:ap-southeast-1:111122223333:"
NO_BALANCER = NOWHERE + "loadbalancer/app/none/0123456789abcdef"
NO_TARGET_GROUP = NOWHERE + "targetgroup/none/0123456789abcdef"


class Balancing:
    """The workshop's load balancer, smaller: one listener, one path rule, a target group for each."""

    def __init__(self, session: boto3.Session) -> None:
        """Make it."""
        self.network = Network(session)
        self.elb: Any = session.client("elbv2")
        self.group = self.network.group("carbuyer-alb-sg")
        self.balancer = self.make("carbuyer-alb")["LoadBalancerArn"]
        self.targets = [self.target_group(name) for name in ("carbuyer-customer-tg", "carbuyer-admin-employee-tg")]
        self.listener = self.elb.create_listener(
            LoadBalancerArn=self.balancer, Protocol="HTTP", Port=80, DefaultActions=[self._to(0)]
        )["Listeners"][0]["ListenerArn"]
        path = [{"Field": "path-pattern", "Values": ["/admin/*"]}]
        self.rule = self.elb.create_rule(
            ListenerArn=self.listener, Priority=100, Conditions=path, Actions=[self._to(1)]
        )["Rules"][0]["RuleArn"]

    def make(self, name: str, **more: Any) -> dict[str, Any]:
        """Make a load balancer and return it as it is shown."""
        network = {"Subnets": self.network.subnets, "SecurityGroups": [self.group]}
        made: dict[str, Any] = self.elb.create_load_balancer(Name=name, **network, **more)["LoadBalancers"][0]
        return made

    def target_group(self, name: str) -> str:
        """Make a target group and return its ARN."""
        port = {"Protocol": "HTTP", "Port": 3000}
        made = self.elb.create_target_group(Name=name, VpcId=self.network.vpc, **port)["TargetGroups"][0]
        arn: str = made["TargetGroupArn"]
        return arn

    def _to(self, target: int) -> dict[str, str]:
        return {"Type": "forward", "TargetGroupArn": self.targets[target]}

    def delete(self) -> None:
        """Delete the load balancer."""
        self.elb.delete_load_balancer(LoadBalancerArn=self.balancer)

    def statuses(self) -> list[str]:
        """Return the states of the interfaces of load balancers."""
        return [one["Status"] for one in self.network.interfaces(description="ELB *")]
