"""The command line: every command, and the objects and texts that the commands print."""
