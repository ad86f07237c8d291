"""Lambda in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSRequest

from tests.choice import rows_in
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

    from strict_moto.sandbox import Sandbox

NAME = "carbuyer-email-service"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def _package() -> bytes:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as package:
        package.writestr("index.mjs", "export const handler = async () => 1;")
    return code.getvalue()


class Lab:
    """Functions, and the VPC they may be put into."""

    def __init__(self, session: boto3.Session) -> None:
        """Make the role and the VPC."""
        self.functions, self.ec2, self.iam = (session.client(name) for name in ("lambda", "ec2", "iam"))
        document = json.dumps(TRUST)
        self.role = self.iam.create_role(RoleName="carbuyer-role", AssumeRolePolicyDocument=document)["Role"]["Arn"]
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.0.0.0/24")["Subnet"]
        group = self.ec2.create_security_group(VpcId=self.vpc, GroupName="carbuyer-fn-sg", Description="x")
        self.network = {"SubnetIds": [subnet["SubnetId"]], "SecurityGroupIds": [group["GroupId"]]}

    def make(self, name: str = NAME, **more: Any) -> str:
        """Make a function and return its ARN."""
        arn: str = self.create(name, **more)["FunctionArn"]
        return arn

    def create(self, name: str, **more: Any) -> dict[str, Any]:
        """Make a function and return what Lambda says."""
        made: dict[str, Any] = self.functions.create_function(
            FunctionName=name,
            Role=self.role,
            Runtime="nodejs22.x",
            Handler="index.handler",
            Code={"ZipFile": _package()},
            **more,
        )
        return made

    def interfaces(self) -> list[dict[str, Any]]:
        """Return the network interfaces of the VPC as EC2 shows them."""
        of_vpc = [{"Name": "vpc-id", "Values": [self.vpc]}]
        found: list[dict[str, Any]] = self.ec2.describe_network_interfaces(Filters=of_vpc)["NetworkInterfaces"]
        return found

    def statuses(self) -> list[str]:
        """Return the states of the interfaces."""
        return [one["Status"] for one in self.interfaces()]


@pytest.fixture
def lab(session: boto3.Session) -> Lab:
    """Return functions and a VPC."""
    return Lab(session)


def test_gone_function(lab: Lab) -> None:
    """A function that is gone is ResourceNotFoundException 404."""
    with refused("ResourceNotFoundException", "Function not found: arn:aws:lambda:", 404):
        lab.functions.delete_function(FunctionName=NAME)


@pytest.mark.parametrize("operation", ["delete_function", "update_function_configuration", "update_function_code"])
def test_update_in_progress(lab: Lab, sandbox: Sandbox, operation: str) -> None:
    """While an update is in progress the function can be neither changed nor deleted."""
    lab.make()
    shown = lab.functions.update_function_configuration(FunctionName=NAME, Timeout=10)
    assert shown["LastUpdateStatus"] == "InProgress"
    code = {"S3Bucket": "bucket", "S3Key": "key"} if operation == "update_function_code" else {}
    with refused("ResourceConflictException", "An update is in progress for resource: arn:aws:lambda:", 409):
        getattr(lab.functions, operation)(FunctionName=NAME, **code)
    assert lab.functions.get_function(FunctionName=NAME)["Configuration"]["LastUpdateStatus"] == "InProgress"
    sandbox.clock.advance(5)
    assert lab.functions.get_function_configuration(FunctionName=NAME)["LastUpdateStatus"] == "Successful"
    lab.functions.update_function_code(FunctionName=NAME, ZipFile=_package())
    assert lab.functions.get_function_configuration(FunctionName=NAME)["LastUpdateStatus"] == "InProgress"


def test_code_can_be_read(lab: Lab) -> None:
    """GetFunction tells a signed address, at which the code is; nothing is there without the signature."""
    digest = lab.create(NAME)["CodeSha256"]
    signed = lab.functions.get_function(FunctionName=NAME)["Code"]["Location"]
    answers = []
    for address in (signed, signed.partition("?")[0]):
        request = AWSRequest("GET", address).prepare()
        answers += [lab.functions.meta.events.emit_until_response("before-send.lambda.GetFunction", request=request)[1]]
    assert (answers[0].status_code, b64encode(sha256(answers[0].content).digest()).decode()) == (200, digest)
    assert answers[1].status_code != 200


@pytest.mark.parametrize(
    ("operation", "arguments"),
    rows_in(
        4,
        [
            ("create_function", {"FunctionName": NAME, "Role": "arn:aws:iam::111122223333:role/x", "Code": {}}),
            ("delete_event_source_mapping", {"UUID": "x" * 36}),
            ("delete_function", {"FunctionName": NAME}),
            ("get_function_configuration", {"FunctionName": NAME}),
            ("list_aliases", {"FunctionName": NAME}),
            ("list_event_source_mappings", {}),
            ("list_functions", {}),
            ("list_tags", {"Resource": "arn:aws:lambda:ap-southeast-1:111122223333:function:x"}),
            ("list_versions_by_function", {"FunctionName": NAME}),
            ("update_function_code", {"FunctionName": NAME}),
            ("update_function_configuration", {"FunctionName": NAME}),
        ],
    ),
)
def test_fifteen_calls_a_second(lab: Lab, sandbox: Sandbox, operation: str, arguments: dict[str, Any]) -> None:
    """The control plane takes 15 calls a second, GetFunction apart."""
    lab.make()
    for _ in range(14):
        lab.functions.list_functions()
    with refused("TooManyRequestsException", "Rate exceeded", 429):
        getattr(lab.functions, operation)(**arguments)
    lab.functions.get_function(FunctionName=NAME)
    sandbox.clock.advance(1)
    lab.functions.list_functions()


def test_list_of_functions(lab: Lab, sandbox: Sandbox) -> None:
    """ListFunctions pages by 50 whatever is asked for, and shows neither state nor tags."""
    for number in range(52):
        lab.make(f"f{number:02}", Tags={"Name": "x"})
        sandbox.clock.advance(1)
    first = lab.functions.list_functions(MaxItems=10_000)
    assert len(first["Functions"]) == 50
    assert not {"State", "Tags", "LastUpdateStatus"} & first["Functions"][0].keys()
    rest = lab.functions.list_functions(Marker=first["NextMarker"])
    assert [one["FunctionName"] for one in rest["Functions"]] == ["f50", "f51"]


def test_lists_below_a_function(lab: Lab) -> None:
    """Versions and aliases page as well."""
    lab.make()
    for _ in range(2):
        lab.functions.publish_version(FunctionName=NAME)
    for name in "ab":
        lab.functions.create_alias(FunctionName=NAME, Name=name, FunctionVersion="1")
    assert "NextMarker" in lab.functions.list_aliases(FunctionName=NAME, MaxItems=1)
    assert "NextMarker" in lab.functions.list_versions_by_function(FunctionName=NAME, MaxItems=1)


def test_event_source_mapping(lab: Lab, session: boto3.Session, sandbox: Sandbox) -> None:
    """A mapping reads Deleting for seconds and is in use meanwhile."""
    made = _event_source(lab, session, "carbuyer-queue")
    assert lab.functions.delete_event_source_mapping(UUID=made)["State"] == "Deleting"
    assert lab.functions.get_event_source_mapping(UUID=made)["State"] == "Deleting"
    assert lab.functions.list_event_source_mappings()["EventSourceMappings"][0]["State"] == "Deleting"
    with refused("ResourceInUseException"):
        lab.functions.delete_event_source_mapping(UUID=made)
    sandbox.clock.advance(5)
    with refused("ResourceNotFoundException", status=404):
        lab.functions.delete_event_source_mapping(UUID=made)


def test_pages_of_event_source_mappings(lab: Lab, session: boto3.Session) -> None:
    """Mappings page."""
    made = {_event_source(lab, session, name) for name in ("one", "two")}
    first = lab.functions.list_event_source_mappings(MaxItems=1)
    second = lab.functions.list_event_source_mappings(MaxItems=1, Marker=first["NextMarker"])
    assert {one["UUID"] for page in (first, second) for one in page["EventSourceMappings"]} == made


def _event_source(lab: Lab, session: boto3.Session, queue: str) -> str:
    session.client("sqs").create_queue(QueueName=queue)
    source = f"arn:aws:sqs:ap-southeast-1:111122223333:{queue}"
    function = lab.make(f"of-{queue}")
    made: str = lab.functions.create_event_source_mapping(FunctionName=function, EventSourceArn=source)["UUID"]
    return made


def test_interface_of_a_vpc_function(lab: Lab) -> None:
    """A function in a VPC has an interface that AWS manages, in its subnet and with its groups."""
    lab.make(VpcConfig=lab.network)
    (interface,) = lab.interfaces()
    assert interface["Description"].startswith(f"AWS Lambda VPC ENI-{NAME}-")
    assert (interface["InterfaceType"], interface["Status"]) == ("lambda", "in-use")
    assert interface["RequesterManaged"]
    assert interface["Attachment"]["InstanceOwnerId"] == "amazon-aws"
    assert [group["GroupId"] for group in interface["Groups"]] == lab.network["SecurityGroupIds"]
    assert interface["SubnetId"] == lab.network["SubnetIds"][0]


def test_vpc_of_a_function(lab: Lab) -> None:
    """Whatever shows the function's configuration names the VPC that its subnets are in."""
    name = {"FunctionName": NAME}
    lab.make(VpcConfig=lab.network)
    shown = [
        lab.functions.get_function(**name)["Configuration"],
        lab.functions.get_function_configuration(**name),
        *lab.functions.list_functions()["Functions"],
        lab.functions.update_function_configuration(**name, Timeout=10),
        lab.create("other", VpcConfig=lab.network),
    ]
    assert [one["VpcConfig"]["VpcId"] for one in shown] == [lab.vpc] * 5


def test_interface_lingers_after_the_function(lab: Lab, sandbox: Sandbox) -> None:
    """After DeleteFunction the interface is in use for 25 minutes, then available, then gone."""
    lab.make(VpcConfig=lab.network)
    lab.functions.delete_function(FunctionName=NAME)
    sandbox.clock.advance(1499)
    assert lab.statuses() == ["in-use"]
    sandbox.clock.advance(1)
    assert lab.statuses() == ["available"]
    sandbox.clock.advance(60)
    assert lab.statuses() == []


@pytest.mark.exhaustive
def test_detached_function_frees_its_interface_sooner(lab: Lab, sandbox: Sandbox) -> None:
    """A function that leaves its VPC before it is deleted frees the interface in minutes."""
    lab.make(VpcConfig=lab.network)
    lab.functions.update_function_configuration(FunctionName=NAME, VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})
    sandbox.clock.advance(5)
    lab.functions.delete_function(FunctionName=NAME)
    sandbox.clock.advance(295)
    assert lab.statuses() == ["available"]
    sandbox.clock.advance(60)
    assert lab.statuses() == []


def test_interface_stays_without_its_role(lab: Lab, sandbox: Sandbox) -> None:
    """Lambda deletes the interface with the function's role: without it somebody else has to."""
    lab.make(VpcConfig=lab.network)
    lab.functions.delete_function(FunctionName=NAME)
    lab.iam.delete_role(RoleName="carbuyer-role")
    sandbox.clock.advance(86_400)
    assert lab.statuses() == ["available"]
    lab.ec2.delete_network_interface(NetworkInterfaceId=lab.interfaces()[0]["NetworkInterfaceId"])
    assert lab.statuses() == []


def test_functions_share_an_interface(lab: Lab, sandbox: Sandbox) -> None:
    """Functions with the same subnet and groups share an interface, which the last of them frees."""
    for name in ("one", "two"):
        lab.make(name, VpcConfig=lab.network)
    lab.functions.delete_function(FunctionName="one")
    sandbox.clock.advance(1000)
    lab.functions.delete_function(FunctionName="two")
    sandbox.clock.advance(1000)
    assert lab.statuses() == ["in-use"]
    sandbox.clock.advance(560)
    assert lab.statuses() == []
