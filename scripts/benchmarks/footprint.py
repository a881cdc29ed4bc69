"""A web process that has served a call: how long its imports took and how much memory is its own.

`python -m scripts.benchmarks.footprint lean|eager DATABASE_URL` prints one line of JSON. ``eager`` is the same process
with the vendors' libraries imported and their clients made at the start, as is usual. The other settings come from the
environment.
"""

import sys
import time

_EAGER = ("openai", "pdfplumber", "docx", "twilio.rest")


def main() -> None:
    """Import, build, serve, measure."""
    began_s = time.perf_counter()
    began_cpu_s = time.process_time()
    import ivr.wsgi

    if sys.argv[1] == "eager":
        _import_all()
    import_s, import_cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s

    import json
    from pathlib import Path

    from db.unit_of_work import Database
    from scripts.benchmarks.carrier import answers
    from scripts.benchmarks.seed import seed_calls

    app = ivr.wsgi.make_app()
    database = Database(sys.argv[2])
    (call,) = seed_calls(database, 1)
    database.dispose()
    client = app.test_client()
    statuses = [
        client.post(answer.path, data=answer.body, headers=answer.headers).status_code for answer in answers(call)
    ]
    rollup = Path("/proc/self/smaps_rollup").read_text().splitlines()
    private_kib = sum(int(line.split()[1]) for line in rollup if line.startswith("Private_"))
    print(
        json.dumps(
            {
                "import_s": import_s, "import_cpu_s": import_cpu_s, "private_mib": private_kib / 1024,
                "served": statuses, "present": [name for name in _EAGER if name in sys.modules],
            }
        )
    )  # fmt: skip


def _import_all() -> None:
    """What a web process loads that asks the vendors itself: the clients import most of their parts when touched."""
    import importlib

    import openai
    from twilio.rest import Client

    for name in (*_EAGER, "workers.main", "workers.tasks"):
        importlib.import_module(name)
    model = openai.OpenAI(api_key="none", base_url="http://127.0.0.1:9/v1")
    carrier = Client("AC" + "0" * 32, "none")
    for part in (model.responses, model.audio.transcriptions, model.embeddings, carrier.calls, carrier.recordings):
        repr(part)


if __name__ == "__main__":
    main()
