"""The flight recorder: what AWS answered to a run, in a form that can be given to a stranger and replayed.

``words`` and ``mask`` say which words stay and how all others are replaced; ``allowed`` says, by botocore's models,
which members of an answer are kept; ``tape`` is the file, ``recorder`` writes it, ``reading`` reads it.
``python -m carbuyer_cleanup.recording`` shows, scrubs and replays a recording.
"""

HOW = "Run the same command with --record run.rec at its end; docs/failed.md says what is in it and where to send it."
BRIEFLY = "run it again with --record run.rec at its end, and see docs/failed.md."
