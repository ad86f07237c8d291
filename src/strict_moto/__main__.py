"""``python -m strict_moto``: the embedded AWS as a server, for the AWS CLI and any SDK."""

from __future__ import annotations

import argparse
import math
from collections import deque
from typing import TYPE_CHECKING, TypeVar

from aws_clock import Clock
from strict_moto import messy_estates, moto_patches, wall
from strict_moto.builder import BUCKET
from strict_moto.faults import Faults
from strict_moto.files import ESTATE_FILE, FAULTS_FILE, estate_of, faults_of
from strict_moto.messy_estates import ESTATES, WORKSHOP, Mess
from strict_moto.sandbox import ACCOUNT, Sandbox
from strict_moto.server import Server
from strict_moto.session import REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from strict_moto.identity import Credentials

T = TypeVar("T")
MANAGEMENT = "999999999999"


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; exit with 2 if the arguments are wrong."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    accounts = [ACCOUNT, *(f"2222{number:08}" for number in range(2, options.accounts + 1))]
    wanted = dict.fromkeys(accounts, WORKSHOP)
    for account, mess in options.estate:
        if account not in {"", *accounts}:
            parser.error(f"--estate: there is no account {account}")
        wanted |= {account: mess} if account else dict.fromkeys(accounts, mess)
    try:
        _serve(options, wanted)
    except KeyboardInterrupt:
        print("# stopped")  # noqa: T201 - an answer to Ctrl-C


def _serve(options: argparse.Namespace, wanted: Mapping[str, Mess]) -> None:
    sandbox = Sandbox(Clock(options.speed))
    with Server(sandbox, options.port) as server, wall.raised(), moto_patches.undelivered():
        _tell(_surroundings(server.environment))
        for keys in _arranged(sandbox, wanted):
            _tell(f"{_exports(keys)} # account {keys.account}")
        sandbox.log = deque(maxlen=0)  # nobody reads it, and a server can run for weeks
        sandbox.faults = Faults(options.faults)
        _tell("# ready; stop it with Ctrl-C")
        server.serve_forever()


def _arranged(sandbox: Sandbox, wanted: Mapping[str, Mess]) -> Iterator[Credentials]:
    """Build each account's estate, put it into its final state, join several in an organization; yield the keys."""
    builders = {}
    for account, mess in wanted.items():
        session, bucket = sandbox.session(account), BUCKET if account == ACCOUNT else f"{BUCKET}-{account}"
        messy_estates.settle(session, mess.bystanders, bucket)
        builders[account] = messy_estates.erect(session, mess, bucket)
        yield sandbox.add_account(account)
    for account, mess in wanted.items():
        messy_estates.leave(builders[account], mess)
        messy_estates.obstruct(builders[account], mess)
        sandbox.offers[account] = mess.offer
    if len(wanted) > 1:
        yield sandbox.organize(MANAGEMENT)


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command's purpose


def _surroundings(environment: Mapping[str, str]) -> str:
    # boto3 reads the first of these names, most other SDKs the second
    told = {**environment, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}
    return "export " + " ".join(f"{name}={value}" for name, value in told.items())


def _exports(keys: Credentials) -> str:
    return f"export AWS_ACCESS_KEY_ID={keys.access_key} AWS_SECRET_ACCESS_KEY={keys.secret_key}"


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m strict_moto",
        description=__doc__,
        epilog=f"{ESTATE_FILE}\n{FAULTS_FILE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="0 (default) picks a free one")
    add("--accounts", type=_count, default=1, help="more than one form an organization")
    add("--speed", type=_speed, default=1.0, help="how many times as fast as AWS (default 1)")
    what = "what each account, or one, contains; may be repeated (default workshop)"
    name = f"[ACCOUNT=]{'|'.join(ESTATES)}|FILE"
    add("--estate", type=_told(_estate), action="append", default=[], metavar=name, help=what)
    add("--faults", type=_told(faults_of), default=(), metavar="FILE", help="what goes wrong once the server is ready")
    return parser


def _told(read: Callable[[str], T]) -> Callable[[str], T]:
    """Return a function that reads an argument and lets argparse report what is wrong with it."""

    def told(text: str) -> T:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return told


def _estate(text: str) -> tuple[str, Mess]:
    account, equals, what = text.partition("=")
    return (account, estate_of(what)) if equals and account.isdigit() else ("", estate_of(text))


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        msg = "there must be at least one account"
        raise argparse.ArgumentTypeError(msg)
    return count


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed < math.inf:
        msg = "the speed of a server's clock must be above 0 and finite"
        raise argparse.ArgumentTypeError(msg)
    return speed


if __name__ == "__main__":
    main()
