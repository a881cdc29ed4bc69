"""The programs' door: JSON under /api/v1, errors as problem+json."""
