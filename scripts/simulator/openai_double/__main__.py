"""Runs the double: ``python -m scripts.simulator.openai_double --port 0 --port-file PATH``."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from .api import ABILITIES
from .server import make_server, serve


def main() -> int:
    """Serve on 127.0.0.1 until SIGTERM or ctrl-C; the port is printed and written to the port file."""
    parser = argparse.ArgumentParser(prog="python -m scripts.simulator.openai_double", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--port-file", type=Path, help="file which gets the port once the double listens")
    parser.add_argument("--api-key", help="the one key that is accepted; without it any Bearer key is")
    parser.add_argument("--latency-ms", type=int, default=0, help="least time that a POST takes")
    parser.add_argument(
        "--without", action="append", default=[], choices=ABILITIES, help="what it lacks, as compatible servers may"
    )
    options = parser.parse_args()

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    server = make_server(options.port, options.api_key, options.latency_ms, options.without)
    if options.port_file:
        fresh = options.port_file.with_suffix(".new")
        fresh.write_text(f"{server.server_port}\n", encoding="ascii")
        os.replace(fresh, options.port_file)  # readers see the whole port or no file
    print(f"OpenAI double (simulated) on http://127.0.0.1:{server.server_port}/v1", flush=True)
    serve(server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
