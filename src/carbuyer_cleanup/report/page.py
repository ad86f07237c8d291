"""Changes to the page that pytest-html wrote: its template has no hooks, and CSS can't do everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from carbuyer_cleanup.files import write_whole
from carbuyer_cleanup.report import asset

if TYPE_CHECKING:
    from pathlib import Path

CSS = asset("palette.css") + asset("base.css") + asset("report.css") + asset("pictures.css")
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1"/>'

# What pytest-html 4.2.0's template contains, and what takes its place.
MENDS = (
    (r"<html>", '<html lang="en">'),  # screen readers choose a voice by it
    (r'<meta charset="utf-8"/>', rf'\g<0>{VIEWPORT}<meta name="color-scheme" content="light dark"/>'),
    (r"(?s)(<body[^>]*>)(.*)(</body>)", r"\1<main>\2</main>\3"),  # screen readers find the content by it
    # Our style sheet replaces the default one, which is too pale to read (2.85:1) and at least 800 px wide;
    # what a user gave with --css follows it and is kept.
    (r'(?s)(<style type="text/css">).*?(?=/\*+\s+\* CUSTOM CSS|</style>)', lambda found: found[1] + CSS),
    # The filters: only a label gives a checkbox a name for screen readers.
    (r"(?s)(<input [^>]*data-test-result=[^>]*>)\s*(<span[^>]*>[^<]*?),?(</span>)", r"<label>\1 \2\3</label>"),
)


def mend(path: Path) -> None:
    """Give the page at ``path`` a language, a viewport, our style sheet and named controls."""
    page = path.read_text(encoding="utf-8")
    for pattern, mended in MENDS:
        page = re.sub(pattern, mended, page)
    write_whole(path, page)
