"""Runs the model server's double: python -m scripts.simulator.model_server --port 0 --api-key secret."""

import argparse
import signal
import sys
from types import FrameType

from ..openai_double.server import serve
from .server import make_server


def main() -> int:
    """Serve on 127.0.0.1 until SIGTERM or ctrl-C; the address is printed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.simulator.model_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--api-key", help="the one key that is accepted; without it any Bearer key is, or none")
    options = parser.parse_args()

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    server = make_server(options.port, options.api_key)
    print(f"Model server double (simulated) on http://127.0.0.1:{server.server_port}", flush=True)
    serve(server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
