"""The child process that typesets one scorecard: a report as JSON on stdin, a PDF on stdout, limits on itself.

It is started as a script by ``ivr.gateways.scorecard_pdf`` with ``-I`` and nothing of our environment. The folder of
the template is all that typst may read. The template is fixed; the report goes in as a value and never as source.
What typst warned of goes to stderr, a line each.
"""

import json
import os
import resource
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_S = 9
ALARM_S = 10


def limit_this_process() -> None:
    """Take away from this process what typesetting does not need: it writes no file and starts no program."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    # The parent kills sooner; this one ends a child whose parent has died.
    signal.alarm(ALARM_S)


def typeset(report: dict[str, Any], folder: Path) -> tuple[bytes, list[str]]:
    """The PDF and what typst warned of; the same report gives the same bytes."""
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder / "fonts")]
    )
    # The template imports no package. Were it to, there is none where they are looked for, and none can be fetched.
    compiler = typst.Compiler(
        folder / "scorecard.typ", root=folder, font_paths=fonts, ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(report, ensure_ascii=False)},
        package_path=folder / "none", package_cache_path=folder / "none",
    )  # fmt: skip
    written_at = datetime.fromisoformat(report["as_of"]).astimezone(UTC)

    def compile(standards: list[Any]) -> tuple[bytes, list[str]]:
        made, warnings = compiler.compile_with_warnings(
            format="pdf", timestamp=int(written_at.timestamp()), pdf_standards=standards
        )
        assert isinstance(made, bytes)  # noqa: S101 - one document is one file
        return made, [str(warning) for warning in warnings]

    try:
        return compile(["ua-1"])
    except typst.TypstError as error:
        # A rule of accessibility that words from outside can break (a glyph no font has) is no reason for no paper:
        # without the standard's mark it is tagged all the same.
        made, warnings = compile([])
        return made, [f"not PDF/UA-1: {error.message}", *warnings]


def main() -> None:
    """Read stdin, write the PDF."""
    folder = Path(__file__).resolve().with_name("typesetting")
    limit_this_process()
    sys.path.insert(0, str(folder.parents[2]))
    from ivr.gateways.typesetting.drawable import drawable

    pdf, warnings = typeset(drawable(json.load(sys.stdin.buffer)), folder)
    sys.stderr.write("".join(f"{warning}\n" for warning in warnings))
    sys.stderr.flush()
    sys.stdout.buffer.write(pdf)
    sys.stdout.flush()
    # No clean-up of large heaps: the process ends here.
    os._exit(0)


if __name__ == "__main__":
    main()
