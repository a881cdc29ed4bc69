"""One message to the operator's own address (ALERT_WEBHOOK_URL): a deadline, no redirect, nothing of any candidate."""

import json

import urllib3

from ivr.gateways.ports import Alert, GatewayError, Trouble

CONNECT_S = 5.0
TOTAL_S = 15.0


class AlertWebhook:
    """POSTs JSON; "text" is what chat services show, the other fields are for programs."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_S, total=TOTAL_S), maxsize=1
        )

    def send(self, alert: Alert) -> None:
        """Deliver it. Raises GatewayError: RETRY for what may pass, CONFIGURATION for a refusal."""
        body = json.dumps(
            {
                "text": f"{alert.sentence} {alert.what_to_do}", "code": alert.code, "at": alert.at.isoformat(),
                "sentence": alert.sentence, "what_to_do": alert.what_to_do, "source": "viva",
            }
        )  # fmt: skip
        try:
            # The answer's body is of no interest, and is not waited for.
            response = self._http.request(
                "POST", self._url, body=body, headers={"Content-Type": "application/json"}, redirect=False,
                preload_content=False,
            )  # fmt: skip
            response.close()
        except urllib3.exceptions.HTTPError as error:
            raise GatewayError(
                "The address for alerts cannot be reached.", trouble=Trouble.RETRY, code="unreachable"
            ) from error
        if 200 <= response.status < 300:
            return
        trouble = Trouble.RETRY if response.status == 429 or response.status >= 500 else Trouble.CONFIGURATION
        raise GatewayError(
            f"The address for alerts answered HTTP {response.status}.", trouble=trouble, code=str(response.status)
        )
