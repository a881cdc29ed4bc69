"""A bad wire: a TCP proxy that delays, trickles, swallows, cuts or refuses what goes over it, as it is told.

It stands between the product and whatever it talks to (Redis, PostgreSQL, the carrier, a model), which know nothing of
it. Bytes are passed on unread.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

# pass: as a good wire. slow: each piece is late by ``delay_s``. trickle: towards the client a byte at a time.
# black_hole: connections open, nothing arrives. swallow_reply: requests arrive, replies do not. reset: whoever sends
# is cut off, and so is whoever connects. refuse: nobody listens.
Mode = Literal["pass", "slow", "trickle", "black_hole", "swallow_reply", "reset", "refuse"]
_PIECE = 64 * 1024
# A byte each so many seconds.
_TRICKLE_S = 0.2


@dataclass
class _Wire:
    """One connection. ``is_meant``: the mode is for what was asked on it last."""

    is_meant: bool = True


class TcpProxy:
    """Listens on a loopback port of its own. ``target`` is a (host, port) pair, or the path of a unix socket."""

    def __init__(self, target: tuple[str, int] | Path) -> None:
        self._target = target
        self.mode: Mode = "pass"
        self.delay_s = 0.2
        self.only = b""
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tcp-proxy", daemon=True)
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._server: asyncio.Server | None = None

    def start(self) -> None:
        """Listen; ready when this returns."""
        self._thread.start()
        self._do(self._listen())

    def set(self, mode: Mode, *, delay_s: float = 0.2, only: bytes = b"") -> None:
        """From now on, for open connections and new ones. ``reset`` and ``refuse`` cut the open ones at once; the
        others may be ``only`` for requests that begin so."""
        self.mode, self.delay_s, self.only = mode, delay_s, only
        self._do(self._change())

    def cut(self) -> None:
        """Cut every open connection once; new ones go on as the mode says."""
        self._do(self._cut())

    def stop(self) -> None:
        """End it and every connection over it."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def _change(self) -> None:
        if self.mode in {"reset", "refuse"}:
            await self._cut()
        if self.mode == "refuse":
            await self._deafen()
        elif self._server is None:
            await self._listen()

    async def _deafen(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _cut(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _end(self) -> None:
        await self._deafen()
        await self._cut()
        for task in list(self._tasks):
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.mode == "reset":
            _reset(writer)
            return
        try:
            if isinstance(self._target, Path):
                behind, to_behind = await asyncio.open_unix_connection(str(self._target))
            else:
                behind, to_behind = await asyncio.open_connection(*self._target)
        except OSError:
            _reset(writer)
            return
        self._open |= {writer, to_behind}
        wire = _Wire()
        for task in (
            asyncio.create_task(self._carry(wire, reader, to_behind, is_reply=False)),
            asyncio.create_task(self._carry(wire, behind, writer, is_reply=True)),
        ):
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(
        self, wire: _Wire, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, is_reply: bool
    ) -> None:
        """One direction of a connection, until either side ends it."""
        try:
            while piece := await source.read(_PIECE):
                if not is_reply:
                    wire.is_meant = piece.startswith(self.only)
                if wire.is_meant:
                    await self._send(piece, to, is_reply)
                else:
                    to.write(piece)
                    await to.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(to)
            with contextlib.suppress(OSError, RuntimeError):
                to.close()

    async def _send(self, piece: bytes, to: asyncio.StreamWriter, is_reply: bool) -> None:
        # What a hole swallowed has arrived nowhere; a wire that works again does not bring it back.
        if self.mode == "black_hole" or (self.mode == "swallow_reply" and is_reply):
            return
        if self.mode == "slow":
            await asyncio.sleep(self.delay_s)
        if self.mode == "trickle" and is_reply:
            for place in range(len(piece)):
                if self.mode != "trickle":
                    to.write(piece[place:])
                    break
                to.write(piece[place : place + 1])
                await to.drain()
                await asyncio.sleep(_TRICKLE_S)
        else:
            to.write(piece)
        await to.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection so that the other side sees a reset and not an orderly end."""
    kept = writer.get_extra_info("socket")
    if kept is not None:
        with contextlib.suppress(OSError):
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(OSError, RuntimeError):
        writer.transport.abort()
