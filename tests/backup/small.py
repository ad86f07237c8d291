"""A small account to be saved: few things of each sort, so that every place of a run can be tried."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.opening import opened
from carbuyer_cleanup.backup.verify import problems
from carbuyer_cleanup.kinds import bucket, function, table
from strict_moto import estate_services
from tests.backup.savings import BUCKET, Saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.builder import Builder

KINDS = (table.KIND, bucket.OBJECTS, bucket.KIND, function.KIND)
FUNCTION = "carbuyer-email-service"
A_DAY = 86400


class AtOnce(Executor):
    """Does what it is given in the thread that gives it: the same things happen in the same order every time."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        """Do it."""
        done: Future[Any] = Future()
        try:
            done.set_result(work(*args, **more))
        except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
            done.set_exception(error)
        return done


def fill(builder: Builder) -> None:
    """Make a function, a table with an item, and a bucket with two versions, a delete marker and an upload."""
    estate_services.function(builder)
    builder.client("logs").delete_log_group(logGroupName=f"/aws/lambda/{FUNCTION}")
    estate_services.table(builder, "User")
    builder.create_bucket(BUCKET)
    builder.wait(A_DAY)
    estate_services.items(builder, "User", 1)
    s3 = builder.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for content in (b"old", b"new"):
        s3.put_object(Bucket=BUCKET, Key="a", Body=content)
    s3.delete_object(Bucket=BUCKET, Key="b/..")
    s3.create_multipart_upload(Bucket=BUCKET, Key="c")


def everything(saved: Saved) -> set[Any]:
    """Return what there is by plain boto3: items, versions, functions."""
    dynamodb = saved.client("dynamodb")
    items = {(name, str(item["id"])) for name in saved.tables() for item in dynamodb.scan(TableName=name)["Items"]}
    functions = {one["FunctionName"] for one in saved.client("lambda").list_functions()["Functions"]}
    try:
        return items | functions | saved.versions()
    except saved.client("s3").exceptions.NoSuchBucket:
        return items | functions


def backed_up(saved: Saved) -> set[Any]:
    """Return what the backup has, all of it checked."""
    if not (saved.folder / "index.sqlite").exists():
        return set()
    with opened(saved.folder) as index:
        wrong = [one for one in problems(saved.folder, index) if "not saved completely" not in one]
        assert wrong == [], wrong
        objects = {(one.entry.key, one.entry.version) for one in index.objects(BUCKET, "version", "delete marker")}
        whole = {(one.kind, one.id): one for one in index.saved()}
    items = {("User", str({"S": "User-0"}))} if ("DynamoDB table", "User") in whole else set()
    return objects | items | ({FUNCTION} if ("Lambda function", FUNCTION) in whole else set())
