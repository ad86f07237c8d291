"""An S3 of one bucket on a port of this machine, which only lists and sends: so that the clients are what is measured.

``python -m benchmarks.bucket_server OBJECTS BYTES SECONDS RATE`` prints its port. SECONDS later it answers, and by each
connection it sends RATE bytes a second (0: as many as it can). Each object is as many zeros; those of more than 8 MiB
are told as uploaded in parts of that, as the AWS CLI uploads them.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PART, PAGE, CHUNK = 8 * 2**20, 1000, bytes(2**18)
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
LINE = "<Key>{key:08}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>{etag}</ETag><Size>{size}</Size>"
NO_MORE = "<IsTruncated>false</IsTruncated>"
MORE = "<StorageClass>STANDARD</StorageClass>"
VERSION = "<Version><VersionId>null</VersionId><IsLatest>true</IsLatest>{}</Version>"


@dataclass(frozen=True)
class Store:
    """``count`` objects of ``size`` bytes each, ``seconds`` away, ``rate`` bytes of which come in a second."""

    count: int
    size: int
    seconds: float
    rate: float

    @cached_property
    def etag(self) -> str:
        """What S3 calls the content."""
        digest = hashlib.md5(bytes(min(self.size, PART)), usedforsecurity=False)
        if self.size <= PART:
            return f'"{digest.hexdigest()}"'
        parts = self.size // PART
        whole = hashlib.md5(digest.digest() * parts, usedforsecurity=False)
        return f'"{whole.hexdigest()}-{parts}"'

    def listed(self, query: Mapping[str, list[str]]) -> str:
        """Return a page of the list of versions, or of objects."""
        after = query.get("key-marker") or query.get("marker") or query.get("continuation-token") or ["-1"]
        first = int(after[0]) + 1
        last = min(first + PAGE, self.count)
        lines = [LINE.format(key=key, etag=self.etag, size=self.size) + MORE for key in range(first, last)]
        is_versions, is_more = "versions" in query, last < self.count
        line = VERSION if is_versions else "<Contents>{}</Contents>"
        names = ("NextKeyMarker", "NextVersionIdMarker") if is_versions else ("NextMarker", "NextContinuationToken")
        going_on = "".join(f"<{name}>{last - 1:08}</{name}>" for name in names) if is_more else ""
        return f"<IsTruncated>{str(is_more).lower()}</IsTruncated>{going_on}" + "".join(map(line.format, lines))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests that come by one connection."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                told, zeros = self.answer((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
                await asyncio.sleep(self.seconds)
                writer.write(told)
                for start in range(0, zeros, len(CHUNK)):
                    writer.write(CHUNK[: zeros - start])
                    await writer.drain()
                    await asyncio.sleep(len(CHUNK[: zeros - start]) / self.rate if self.rate else 0)
        writer.close()

    def answer(self, request: str) -> tuple[bytes, int]:
        """Return the answer to a request, and how many zeros are its body."""
        method, target, _ = request.split(" ", 2)
        url = urlsplit(target)
        query, key = parse_qs(url.query, keep_blank_values=True), url.path.strip("/").partition("/")[2]
        if not key:
            body = f"<R {NAMESPACE}>{NO_MORE if 'uploads' in query else self.listed(query)}</R>".encode()
        elif "tagging" in query:
            body = f"<Tagging {NAMESPACE}><TagSet/></Tagging>".encode()
        else:
            return self._content(method, request, query)
        return _head(200, len(body), "application/xml") + body, 0

    def _content(self, method: str, request: str, query: Mapping[str, list[str]]) -> tuple[bytes, int]:
        asked = re.search(r"(?i)^range: *bytes=(\d+)-(\d*)", request, re.MULTILINE)
        first, last = (int(asked[1]), int(asked[2] or self.size - 1)) if asked else (0, self.size - 1)
        size = min(PART, self.size) if "partNumber" in query else min(last, self.size - 1) - first + 1
        more = f"Content-Range: bytes {first}-{first + size - 1}/{self.size}\r\n" if asked else ""
        parts = f"x-amz-mp-parts-count: {self.size // PART}\r\n" if "partNumber" in query and self.size > PART else ""
        told = _head(206 if asked else 200, size, "text/plain", f"ETag: {self.etag}\r\n{more}{parts}")
        return told, 0 if method == "HEAD" else size


def _head(status: int, length: int, sort: str, more: str = "") -> bytes:
    return (
        f"HTTP/1.1 {status} OK\r\nContent-Length: {length}\r\nContent-Type: {sort}\r\nLast-Modified: {DATE}\r\n"
        f"x-amz-request-id: 1\r\n{more}\r\n"
    ).encode()


async def main(count: str, size: str, seconds: str, rate: str) -> None:
    """Serve until the process is ended."""
    store = Store(int(count), int(size), float(seconds), float(rate))
    server = await asyncio.start_server(store.serve, "127.0.0.1", 0, limit=2**20)
    print(server.sockets[0].getsockname()[1], store.etag and "", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
