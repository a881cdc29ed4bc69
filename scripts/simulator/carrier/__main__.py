"""Command line of the local carrier double."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from pathlib import Path

from .exchange import Config
from .server import Carrier, write_port


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m scripts.simulator.carrier", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--port-file", type=Path, help="where to write the port once listening")
    parser.add_argument("--account-sid", required=True)
    parser.add_argument("--auth-token", required=True)
    parser.add_argument("--speed", type=float, default=20.0, help="line seconds per real second; 1 is real time")
    parser.add_argument("--fail-fast", action="store_true", help="end a call at its first faulty document")
    parser.add_argument("--number", action="append", default=[], help="a number of the account; none: any may call")
    parser.add_argument("--trial", action="store_true", help="behave as a trial account, which has no Record verb")
    parser.add_argument("--voice", choices=("auto", "tones", "espeak"), default="auto")
    chosen = parser.parse_args(arguments)
    if chosen.speed <= 0:
        parser.error("--speed must be above 0")
    if chosen.voice == "espeak" and shutil.which("espeak-ng") is None:
        parser.error("--voice espeak needs the program espeak-ng on the PATH")
    config = Config(
        account_sid=chosen.account_sid,
        auth_token=chosen.auth_token,
        base_url="",
        speed=chosen.speed,
        fail_fast=chosen.fail_fast,
        numbers=tuple(chosen.number),
        is_trial=chosen.trial,
        voice=chosen.voice,
    )
    carrier = Carrier(config, chosen.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"carrier double (simulated) on {carrier.base_url}", flush=True)
    if chosen.port_file:
        write_port(chosen.port_file, carrier.server.server_port)
    try:
        carrier.server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
