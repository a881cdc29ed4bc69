"""Somebody at the dashboard without a browser: reads pages and sends their forms."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Visitor:
    """A browser that fills in forms with the token of the page that it saw last."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def token(self, path: str = "/login") -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def send(self, path: str, form_at: str | None = None, **fields: str | list[str]) -> TestResponse:
        """Send a form that was seen on ``form_at``."""
        data = {"csrf_token": self.token(form_at or path), **fields}
        return self.client.post(path, data=data)
