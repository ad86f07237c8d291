"""``python -m carbuyer_cleanup.sandbox``: the embedded AWS as a server, for the AWS CLI and any SDK."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from carbuyer_cleanup.clock import Clock
from carbuyer_cleanup.sandbox import estate
from carbuyer_cleanup.sandbox.front import ACCOUNT, Sandbox
from carbuyer_cleanup.sandbox.server import Server
from carbuyer_cleanup.sandbox.session import REGION

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from carbuyer_cleanup.sandbox.identity import Credentials

MANAGEMENT = "999999999999"


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    options = _options(arguments)
    try:
        _serve(options)
    except KeyboardInterrupt:
        print("# stopped")  # noqa: T201 - an answer to Ctrl-C


def _serve(options: argparse.Namespace) -> None:
    sandbox = Sandbox(Clock(options.speed))
    accounts = _accounts(sandbox, options.accounts, options.estate)
    with Server(sandbox, options.port) as server:
        lines = [_surroundings(server.endpoint), *map(_exports, accounts), "# ready; stop it with Ctrl-C"]
        print("\n".join(lines), flush=True)  # noqa: T201 - what it is started for
        server.serve_forever()


def _accounts(sandbox: Sandbox, count: int, parts: Collection[str]) -> list[Credentials]:
    """Open the accounts, build in each, and join several in an organization."""
    accounts = [ACCOUNT, *(f"2222{number:08}" for number in range(2, count + 1))]
    keys = [sandbox.add_account(account) for account in accounts]
    for account in accounts:
        bucket = "carbuyer-fcj-bucket" if account == ACCOUNT else f"carbuyer-fcj-bucket-{account}"
        estate.create(sandbox.session(account), parts, bucket=bucket)
    return keys if count == 1 else [*keys, sandbox.organize(MANAGEMENT)]


def _surroundings(endpoint: str) -> str:
    # boto3 reads the one name of the Region, most other SDKs the other
    return f"export AWS_ENDPOINT_URL={endpoint} AWS_DEFAULT_REGION={REGION} AWS_REGION={REGION}"


def _exports(keys: Credentials) -> str:
    key, secret = keys.access_key, keys.secret_key
    return f"export AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY={secret} # account {keys.account}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m carbuyer_cleanup.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--accounts", type=_count, default=1, help="several are members of an organization")
    parser.add_argument("--speed", type=_speed, default=1.0, help="how many times as fast as AWS (default 1)")
    parser.add_argument(
        "--estate",
        type=_parts,
        default="workshop",
        metavar="workshop|empty|FILE",
        help="what stands in each account; FILE is a JSON list of: " + ", ".join(estate.PARTS),
    )
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        msg = "there is at least one account"
        raise argparse.ArgumentTypeError(msg)
    return count


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed < math.inf:
        msg = "a server's clock can only run at a speed above 0 that is finite"
        raise argparse.ArgumentTypeError(msg)
    return speed


def _parts(text: str) -> Collection[str]:
    if text in {"workshop", "empty"}:
        return estate.PARTS if text == "workshop" else ()
    try:
        parts: list[str] = json.loads(Path(text).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text} can't be read: {error}") from error
    if unknown := set(parts) - set(estate.PARTS):
        raise argparse.ArgumentTypeError(f"no such parts: {', '.join(sorted(unknown))}")
    return parts


if __name__ == "__main__":
    main()
