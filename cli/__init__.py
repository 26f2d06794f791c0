"""The command line: parses, renders, exits; never decides."""
