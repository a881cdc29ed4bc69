"""A mail server that delivers nothing: it keeps what it is given, says so in its greeting, and can misbehave."""
