"""The operator's commands that talk to a running installation over its public API."""
