"""How an applicant tracking system takes in our webhooks: each message is verified, kept once, and answered at once.

    pip install flask
    WEBHOOK_SECRET=whsec_... flask --app ats_receiver:from_environment run --port 9000

Work that takes longer than a second belongs behind the answer, not before it.
"""

import base64
import hashlib
import hmac
import os
import sqlite3
import time

from flask import Flask, request

TOLERANCE_S = 5 * 60  # an old message that somebody has recorded is not accepted again


def is_authentic(secret: str, headers, body: bytes) -> bool:
    """Whether this body was signed with our secret, lately. The signature covers the body's very bytes."""
    message_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent_at.isdigit() or abs(time.time() - int(sent_at)) > TOLERANCE_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, f"{message_id}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    ours = "v1," + base64.b64encode(expected).decode()
    # while a secret is being rotated there are two signatures with a space between them
    return any(hmac.compare_digest(ours, one) for one in headers.get("webhook-signature", "").split(" "))


def create_app(secret: str, database: str = "ats.sqlite3") -> Flask:
    app = Flask(__name__)
    with sqlite3.connect(database) as store:
        store.execute("CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, type TEXT, data TEXT)")

    @app.post("/hooks")
    def receive():
        body = request.get_data()
        if not is_authentic(secret, request.headers, body):
            return {"error": "not signed with our secret, or too old"}, 401
        message = request.get_json()
        with sqlite3.connect(database) as store:
            # every attempt and every replay of a message has the same id: only its first arrival is news
            store.execute(
                "INSERT OR IGNORE INTO messages VALUES (?, ?, ?)", (message["id"], message["type"], body.decode())
            )
        return "", 204

    return app


def from_environment() -> Flask:
    return create_app(os.environ["WEBHOOK_SECRET"])
