"""A page in a browser: what a reader sees after clicking, typing and pressing keys."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from tests.html_page import Page

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = ("chromium-headless-shell", "chromium")  # Debian's packages
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND", "--log-level=3"]
PAGE = re.compile(rb"/Type /Page\b")  # of a PDF as Chromium writes it
SCRIPT = """
const rows = () => [...document.querySelectorAll("tbody > tr[class]:not(.detail)")].filter((row) => !row.hidden);
const shown = () => rows().map((row) => row.querySelector("bdi").textContent);
const opener = (alias) => rows().find((row) => row.querySelector("bdi").textContent === alias).querySelector("button");
const head = (name) => [...document.querySelectorAll("thead th")].find((th) => th.textContent.trim() === name);
const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const type = (text) => { const find = document.forms[0].elements.find; find.value = text;
  find.dispatchEvent(new Event("input", { bubbles: true })); };
const box = (verdict) => document.querySelector(`[name=verdict][value=${verdict}]`);
const seen = () => { BODY };
const told = () => { try { return seen(); } catch (error) { return String(error); } };
document.documentElement.setAttribute("data-seen", JSON.stringify(told()));
"""


def seen(source: str, body: str, folder: Path) -> Any:
    """Return what a script returns that is run in a page after the page's own.

    The page's policy lets it in by its hash, and nothing else besides.
    """
    script = SCRIPT.replace("BODY", body)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    file = folder / "page.html"
    page = source.replace("script-src ", f"script-src 'sha256-{digest}' ").replace(
        "</body>", f"<script>{script}</script></body>"
    )
    file.write_text(page, "utf-8")
    dumped_page = Page(dumped(file))
    return json.loads(dumped_page.attributes("html")[0]["data-seen"])


def pages(file: Path) -> int:
    """Return how many pages a file has when it is printed."""
    pdf = file.with_suffix(".pdf")
    _browse(file, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
    return len(PAGE.findall(pdf.read_bytes()))


def dumped(file: Path, *options: str) -> str:
    """Return a page as it is when its scripts have run."""
    return _browse(file, "--dump-dom", *options)


def _browse(file: Path, *options: str) -> str:
    program = next(filter(None, map(shutil.which, CHROMIUM)))
    command = [program, *QUIET, f"--user-data-dir={file.parent / 'profile'}", *options, file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout  # noqa: S603 - the system's
