"""Lets a contestant's pauses pass in no time: it tells the embedded AWS, whose clock jumps by as much."""

from __future__ import annotations

import os
import socket
import time


def _pause(seconds: float) -> None:
    with socket.create_connection(("127.0.0.1", int(os.environ["CLOCK_PORT"]))) as clock:
        clock.sendall(f"{seconds}\n".encode())
        clock.recv(1)


if "CLOCK_PORT" in os.environ:
    time.sleep = _pause  # type: ignore[assignment] # an index for a float will do nowhere here
