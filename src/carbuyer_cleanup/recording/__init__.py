"""The flight recorder: what AWS answered to a run, in a form that can be handed to a stranger, and played again.

``words`` and ``mask`` say which words stay and how all others are replaced, ``allowed`` which members of an answer are
kept, by botocore's models; ``tape`` is the file, ``recorder`` writes it, ``recording`` reads it.
``python -m carbuyer_cleanup.recording`` shows, scrubs and replays one.
"""

HOW = "Run the same command with --record run.rec at its end; docs/failed.md says what is in it and where to send it."
BRIEFLY = "run it again with --record run.rec at its end, and see docs/failed.md."
