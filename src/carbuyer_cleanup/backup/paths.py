"""From S3's keys, and other names that anybody may choose, to names of files that are safe on every system.

A key is any text of up to 1024 bytes (Amazon S3 user guide, "Naming Amazon S3 objects"). As a path it could lead out of
the folder, or be the same as another's: macOS and Windows take ``A`` for ``a``, and macOS ``é`` in two spellings alike.
What Windows can't have is in "Naming Files, Paths, and Namespaces" of its documentation.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

LONGEST_NAME = 200  # bytes; file systems take 255
LONGEST_PATH = 700  # bytes; macOS takes 1024, with the folders above
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"\\|?*]')
DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³]) *(\.|$)", re.IGNORECASE)


def is_portable(key: str) -> bool:
    """Say whether a key, as it is, is the path of a file inside a folder, on Linux, macOS and Windows."""
    return _length(key) <= LONGEST_PATH and is_inside(key)


def is_inside(path: str) -> bool:
    """Say whether a path of any length leads to something inside a folder."""
    return all(map(_is_name, path.split("/")))


def _is_name(part: str) -> bool:
    """Say whether every system can have a file of this name; ``.``, ``..`` and the empty name are none."""
    if not part or part.endswith((".", " ")) or part.startswith(" "):
        return False
    return not (FORBIDDEN.search(part) or DEVICE.match(part)) and _length(part) <= LONGEST_NAME


def _length(text: str) -> int:
    return len(text.encode("utf-8", errors="surrogatepass"))


def encoded(key: str) -> str:
    """Return a name of one part for a key that is no path: legible as far as it goes, and no other key's."""
    data = key.encode("utf-8", errors="surrogatepass")
    legible = quote(data, safe="").replace(".", "%2E")[:100].lower()  # Windows has no file NUL.txt either
    return f"{legible}~{hashlib.sha256(data).hexdigest()[:24]}"


def name_of(id_: str, name: str = "") -> str:
    """Return the name of a file for a resource: its id if that will do, else what is legible of it and a digest."""
    if _is_name(id_) and "/" not in id_ and id_ == folded(id_) and name in ("", id_):
        return id_
    legible = re.sub(r"[^a-z0-9]+", "-", (name or id_).lower())[:60].strip("-")
    return f"{legible}~{hashlib.sha256(id_.encode()).hexdigest()[:12]}"


def folded(path: str) -> str:
    """Return what is equal for two paths that some system takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
