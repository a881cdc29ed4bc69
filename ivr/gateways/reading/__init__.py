"""How each kind of document is read; all but ``outcome`` load heavy parsers and belong to the child process."""
