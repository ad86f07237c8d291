"""Changes to the page that pytest-html has written: its template has no hook, and CSS can't do everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from carbuyer_cleanup.report import asset

if TYPE_CHECKING:
    from pathlib import Path

CSS = asset("palette.css") + asset("base.css") + asset("report.css") + asset("pictures.css")
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1"/>'

# What is in pytest-html 4.2.0's template, and what it should be.
MENDS = (
    (r"<html>", '<html lang="en">'),  # screen readers need it to choose a voice
    (r'<meta charset="utf-8"/>', rf'\g<0>{VIEWPORT}<meta name="color-scheme" content="light dark"/>'),
    (r"(?s)(<body[^>]*>)(.*)(</body>)", r"\1<main>\2</main>\3"),  # by which screen readers find the content
    # Our style sheet in place of the default one, which is too pale to read (2.85:1) and 800 px wide at least;
    # what a user gave with --css follows it and is kept.
    (r'(?s)(<style type="text/css">).*?(?=/\*+\s+\* CUSTOM CSS|</style>)', lambda found: found[1] + CSS),
    # The filters: a checkbox has no name for a screen reader but by a label.
    (r"(?s)(<input [^>]*data-test-result=[^>]*>)\s*(<span[^>]*>[^<]*?),?(</span>)", r"<label>\1 \2\3</label>"),
)


def mend(path: Path) -> None:
    """Give the page in ``path`` a language, a viewport, our style sheet and named controls."""
    page = path.read_text(encoding="utf-8")
    for pattern, mended in MENDS:
        page = re.sub(pattern, mended, page)
    path.write_text(page, encoding="utf-8")
