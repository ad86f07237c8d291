"""The command line: the options, what excludes what, and the settings that they make."""
