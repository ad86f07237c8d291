"""Why this suite is not first in a column, and what was tried: by section, for ``docs/benchmarks.md``.

Which columns these are is derived from the figures (``contest_page.behind``); one without a reason here fails a test.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

ASKS_FIRST = """It takes 13 more, however full the bucket is: it asks whose account this is, what IAM allows, which
distribution serves the bucket and what is being uploaded, and lists versions and buckets again at the end."""
BUCKET_CPU = """About 1 s more goes into pytest, reports and the models of services. Each version then costs about what
it costs boto3: most of it is botocore's reading of lists and writing of batches."""
BUCKET_MEMORY = """As with one account. It doesn't grow with the versions: pages are deleted while the next ones are
listed."""
LOOKS_AGAIN = "It waits until S3 no longer lists the bucket, and then looks once more. The others don't look."
LOOKS_OFTEN = """While AWS is at work it looks at all kinds at once, each every 2 to 14 seconds; waiters look at one
thing every 10 to 60 seconds, and so need more than twice the time. It also asks first what IAM allows and what there
is, and looks again afterwards. Tried and left: fewer looks before the usual end of what is waited for
([decisions](decisions.md)); they would notice late where AWS is faster than usual."""
CPU = """The requests above, pytest, the reports, and the judgement of all that is listed, also of what is not the
workshop's: a script asks by name. What was tried is in [decisions](decisions.md)."""
MEMORY = """One process holds pytest, the models of some twenty services and 32 threads. A boto3 script has no pytest;
the AWS CLI loads one service in each of its processes, for which it takes the CPU time above."""
WALL = "As with CPU: it is what is left without pauses."

REASONS = (  # sections, column, reason: the first row that fits counts
    ("bucket*", "requests", ASKS_FIRST),
    ("bucket*", "CPU s", BUCKET_CPU),
    ("bucket*", "memory MiB", BUCKET_MEMORY),
    ("bucket*", "at AWS's durations, s", LOOKS_AGAIN),
    ("*", "requests", LOOKS_OFTEN),
    ("*", "CPU s", CPU),
    ("*", "memory MiB", MEMORY),
    ("*", "wall s", WALL),
)


def reason(section: str, column: str) -> str:
    """Return the reason, in one line.

    Raises:
        LookupError: nobody has written one.
    """
    for sections, columns, why in REASONS:
        if fnmatchcase(section, sections) and columns == column:
            return " ".join(why.split())
    msg = f"why is this suite not first in {section!r}, {column!r}? See benchmarks/contest_reasons.py"
    raise LookupError(msg)
