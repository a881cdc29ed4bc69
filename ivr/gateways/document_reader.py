"""The child process that reads one hostile document: bytes on stdin, one JSON object on stdout, limits on itself.

It is started as a script by ``ivr.gateways.documents`` with an empty environment and ``-I``, so it puts the project
on its own path.
"""

import json
import logging
import os
import resource
import signal
import sys
from pathlib import Path

MEMORY_BYTES = 500 * 1024 * 1024
CPU_S = 9
ALARM_S = 10


def limit_this_process() -> None:
    """Take away from this process what reading a document does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    os.nice(10)
    # The parent kills sooner; this one ends a child whose parent has died.
    signal.alarm(ALARM_S)


def read(kind: str, data: bytes) -> dict[str, object]:
    """The reply for the parent: text, pages and flags, or ``{"error": code}``."""
    from ivr.gateways.reading.outcome import CannotRead, tidy

    try:
        if kind == "pdf":
            from ivr.gateways.reading.pdf import read_pdf

            reading = read_pdf(data)
        elif kind == "docx":
            from ivr.gateways.reading.word import read_word

            reading = read_word(data)
        else:
            from ivr.gateways.reading.plain import read_plain

            reading = read_plain(data)
        reading = tidy(reading)
    except CannotRead as refusal:
        return {"error": refusal.code}
    except MemoryError:
        return {"error": "too_large"}
    except RecursionError:
        return {"error": "corrupt"}
    except Exception:
        # A parser may fail in any way on a broken file, and none of them is a fault of ours that somebody could mend.
        return {"error": "corrupt"}
    return {
        "text": reading.text,
        "pages": reading.pages,
        "hidden_text_found": reading.hidden_text_found,
        "truncated": reading.truncated,
    }


def main() -> None:
    """Read stdin as the kind named by the first argument and write the reply."""
    limit_this_process()
    # pdfminer warns of each oddity of a file, at length; nobody reads this process's stderr.
    logging.disable(logging.CRITICAL)
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    reply = read(sys.argv[1], sys.stdin.buffer.read())
    # Lone surrogates, which broken fonts can map to, have no UTF-8 form: JSON's own escapes carry them over.
    sys.stdout.buffer.write(json.dumps(reply).encode("ascii"))
    sys.stdout.flush()
    # No clean-up of large heaps: the process ends here.
    os._exit(0)


if __name__ == "__main__":
    main()
