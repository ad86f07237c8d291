"""Lambda functions and their event source mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.function import KIND
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_services
from strict_moto.rules import RULES
from strict_moto.world import After

if TYPE_CHECKING:
    from strict_moto.world import Request, World
    from tests.kinds.accounts import Account

SECRET = "not-a-real-password"  # noqa: S105 - in the estate's function


def names(account: Account) -> list[str]:
    """Return the names of the functions that there are."""
    return sorted(f["FunctionName"] for f in account.client("lambda").list_functions()["Functions"])


def interfaces(account: Account) -> list[str]:
    """Return the descriptions of Lambda's network interfaces."""
    described = account.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    return [i["Description"] for i in described if i["InterfaceType"] == "lambda"]


@pytest.mark.parametrize("host", ["email-smtp.ap-southeast-1.amazonaws.com", "smtp.gmail.com"])
def test_of_amazon_ses(account: Account, host: str) -> None:
    """Whoever chose SES in place of Gmail has an IAM user with a live key, which the plan tells without the key."""
    account.build("function")
    variables = {"EMAIL_HOST": host, "EMAIL_USER": "AKIAIOSFODNN7EXAMPLE", "EMAIL_PASS": SECRET}
    account.client("lambda").update_function_configuration(
        FunctionName="carbuyer-email-service", Environment={"Variables": variables}
    )
    (function,) = account.find(KIND)
    assert ("delete it in the IAM console" in function.notice) is host.startswith("email-smtp")
    assert "AKIA" not in repr(function)


def in_vpc(account: Account, *functions: str) -> Any:
    """Make functions that share a subnet and a security group of the default VPC."""
    subnet = account.client("ec2").describe_subnets()["Subnets"][0]
    filters = [{"Name": "vpc-id", "Values": [subnet["VpcId"]]}]
    group = account.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"][0]
    builder = account.build("role")
    for name in functions:
        network = {"SubnetIds": [subnet["SubnetId"]], "SecurityGroupIds": [group["GroupId"]]}
        estate_services.function(builder, name, VpcConfig=network)
    account.wait(600)
    return builder


def feed(account: Account, function: str) -> None:
    """Let a queue feed the function."""
    queue = account.client("sqs").create_queue(QueueName=f"queue-of-{function}")["QueueUrl"]
    arn = account.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    account.client("lambda").create_event_source_mapping(FunctionName=function, EventSourceArn=arn["QueueArn"])


def test_estate(account: Account) -> None:
    """The function goes, a second run changes nothing, and its password is nowhere."""
    account.build("function")
    taken = account.take_down(KIND)
    before = account.writes()
    account.take_down(KIND)
    assert names(account) == []
    assert account.writes() == before == [*before[:-1], "lambda:DeleteFunction"]
    assert SECRET not in repr([vars(r) for r in taken.found.values()]) + str(account.aws.journal.lines())


def test_bystanders(account: Account) -> None:
    """Functions of other names stay; those of similar names are told."""
    builder = account.build("role")
    for name in ("carbuyer-x", "mycarbuyer-x", "carbuyers-x", "other"):
        estate_services.function(builder, name)
    taken = account.take_down(KIND)
    assert names(account) == ["carbuyers-x", "mycarbuyer-x", "other"]
    assert set(taken.left_alone) == {"mycarbuyer-x", "carbuyers-x"}


def test_in_vpc(account: Account) -> None:
    """A function leaves its VPC first, and stays until its network interfaces are gone."""
    in_vpc(account, "carbuyer-email-service")
    assert len(interfaces(account)) == 1
    account.take_down(KIND)
    assert names(account) == interfaces(account) == []
    assert account.calls("lambda:UpdateFunctionConfiguration") == 1


def test_interfaces_that_stay(account: Account) -> None:
    """Network interfaces that Lambda can't take down, for the role is gone, are named at the deadline."""
    in_vpc(account, "carbuyer-email-service")
    iam, role = account.client("iam"), "carbuyer-lambda-email-role"
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    account.wait(60)
    iam.delete_role(RoleName=role)
    with pytest.raises(Overdue, match=r"network interface eni-.* \(AWS Lambda VPC ENI-carbuyer-email-service-"):
        account.take_down(KIND)


def test_shared_interface(account: Account) -> None:
    """A network interface that somebody else's function uses too is not waited for, and stays."""
    in_vpc(account, "carbuyer-email-service", "other")
    before = account.sandbox.clock.now()
    account.take_down(KIND)
    assert names(account) == ["other"]
    assert len(interfaces(account)) == 1
    assert account.sandbox.clock.now() - before < 60


def test_name_within_a_name(account: Account) -> None:
    """The interface of ``carbuyer-a-b`` does not keep ``carbuyer-a``, which is in no VPC."""
    estate_services.function(in_vpc(account, "carbuyer-a-b"), "carbuyer-a")
    account.take_down(KIND)
    assert names(account) == interfaces(account) == []


def test_updating(account: Account) -> None:
    """A function whose last change is under way is waited for."""
    account.build("function")
    account.client("lambda").update_function_configuration(FunctionName="carbuyer-email-service", MemorySize=512)
    account.take_down(KIND)
    assert names(account) == []


def test_event_source_mappings(account: Account) -> None:
    """What feeds the function goes with it, also if the function is gone already; what feeds others stays."""
    builder = account.build("function")
    for name in ("carbuyer-gone", "other"):
        estate_services.function(builder, name)
    for name in ("carbuyer-email-service", "carbuyer-gone", "other"):
        feed(account, name)
    account.client("lambda").delete_function(FunctionName="carbuyer-gone")
    account.take_down(KIND)
    left = account.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert [mapping["FunctionArn"].rpartition(":")[2] for mapping in left] == names(account) == ["other"]


def test_its_api_goes_meanwhile(account: Account) -> None:
    """An API that the one answer has and the next does not is still the workshop's, not somebody else's."""
    account.build("rest_api")
    seen: list[str] = []

    def once(_world: World, request: Request, answer: Any) -> Any:
        seen.append(request.call)
        account.wait(120)  # longer than an answer is shared
        return answer if len(seen) == 1 else answer | {"items": []}

    account.sandbox.use((*RULES, After("apigateway:GetRestApis", once, "deleted between two answers")))
    account.take_down(KIND)
    assert (names(account), seen) == ([], ["apigateway:GetRestApis"])


def test_invoked_by_an_api_of_others(account: Account) -> None:
    """A function that somebody else's API may invoke stays, and the API is named; one that is gone isn't."""
    account.build("function")
    name = "carbuyer-email-service"
    apis = [account.client("apigateway").create_rest_api(name="prod-api")["id"], "gone123456"]
    for number, api in enumerate(apis):
        account.client("lambda").add_permission(
            FunctionName=name, StatementId=f"s{number}", Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:ap-southeast-1:{account.aws.account}:{api}/*/POST/",
        )  # fmt: skip
    with pytest.raises(Blocked, match=rf"others use it: API prod-api \({apis[0]}\)\. If"):
        account.take_down(KIND)
    assert names(account) == [name]
