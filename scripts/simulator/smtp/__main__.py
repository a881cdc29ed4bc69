"""Runs the mail double alone: `python -m scripts.simulator.smtp --port-file FILE`.

The file gets the port of its HTTP side; beside it, with the ending `.smtp-port`, stands the one for mail.
"""

import argparse
import os
import signal
import threading
from pathlib import Path

from .server import MailDouble


def main() -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp-port", type=int, default=0)
    parser.add_argument("--port", type=int, default=0, help="of the HTTP side")
    parser.add_argument("--port-file", type=Path)
    chosen = parser.parse_args()
    double = MailDouble(chosen.smtp_port, chosen.port)
    double.start()
    if chosen.port_file:
        chosen.port_file.with_suffix(".smtp-port").write_text(f"{double.port}\n")
        unfinished = chosen.port_file.with_name(chosen.port_file.name + ".part")
        unfinished.write_text(f"{double.http_port}\n")
        os.replace(unfinished, chosen.port_file)
    print(f"SMTP at {double.smtp_url}, mails at {double.base_url}/simulator/mails", flush=True)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    over.wait()
    double.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
