# syntax=docker/dockerfile:1
# One image for web, worker and release: the commands are those of the Procfile (compose.yaml).

FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements-extras.txt ./
# Every package by its hash, and as a wheel: nothing is built, so no compiler is needed.
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r requirements-extras.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 INSTANCE_DIR=/data STORAGE_URL=file:///data/files
RUN useradd --system --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin viva
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY gunicorn.conf.py ./
COPY interview ./interview
COPY db ./db
COPY ivr ./ivr
COPY workers ./workers
COPY scripts ./scripts
# Compiled once here, as the process itself may not write there: each start would do it again.
RUN python -m compileall -q interview db ivr workers
# By number, so that an orchestrator can tell that it is not root.
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", \"8000\")}/healthz', timeout=2)"]
# The process itself is told to stop, and has 20 seconds for what it is doing.
STOPSIGNAL SIGTERM
CMD ["gunicorn", "ivr.wsgi:make_app()"]
