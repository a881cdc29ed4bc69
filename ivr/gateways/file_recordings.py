"""Recordings, résumés and exports as files below one directory."""

import errno
import os
from pathlib import Path
from uuid import uuid4

from ivr.gateways.file_keys import check_range, parts_of
from ivr.gateways.ports import FileMissing, GatewayError, Trouble

_OPERATORS_MATTER = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS})


class DirectoryStore:
    """A FileStore on a directory, readable by this user alone. An operating system's refusal is a GatewayError."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Durably there when this returns: readers see the old bytes or the new ones, never half of them."""
        path = self._path(key)
        try:
            if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
                return
            self._make_directory(path.parent)
            unfinished = path.with_name(f".{uuid4().hex}.part")
            try:
                _write_through(unfinished, data)
                os.replace(unfinished, path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            _sync_directory(path.parent)
        except OSError as error:
            raise _refused("write", error) from error

    def get(self, key: str) -> bytes:
        """All of it. Raises FileMissing."""
        path = self._path(key)
        try:
            return path.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise FileMissing(key) from None
        except OSError as error:
            raise _refused("read", error) from error

    def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes ``start`` to ``end``, both included; fewer where the file ends before. Raises FileMissing."""
        check_range(start, end)
        path = self._path(key)
        try:
            with path.open("rb") as file:
                file.seek(start)
                return file.read(end - start + 1)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise FileMissing(key) from None
        except OSError as error:
            raise _refused("read", error) from error

    def size(self, key: str) -> int:
        """Length in bytes. Raises FileMissing."""
        path = self._path(key)
        try:
            if path.is_file():
                return path.stat().st_size
        except OSError as error:
            raise _refused("read", error) from error
        raise FileMissing(key)

    def delete(self, key: str) -> None:
        """Gone for good when this returns; what is already gone is success."""
        path = self._path(key)
        try:
            path.unlink()
            _sync_directory(path.parent)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise _refused("delete", error) from error

    def _path(self, key: str) -> Path:
        return self._root.joinpath(*parts_of(key))

    def _make_directory(self, directory: Path) -> None:
        """Make it and all above it, each entered durably in its parent."""
        missing = []
        while not directory.is_dir():
            missing.append(directory)
            directory = directory.parent
        for one in reversed(missing):
            one.mkdir(mode=0o700, exist_ok=True)
            _sync_directory(one.parent)


def _write_through(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(directory: Path) -> None:
    """A new name survives a power cut only once its directory is written."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(verb: str, error: OSError) -> GatewayError:
    reason = error.strerror or type(error).__name__
    if error.errno in _OPERATORS_MATTER:
        sentence = f"The file store cannot {verb} ({reason}): check the disk's space and rights at STORAGE_URL."
        return GatewayError(sentence, trouble=Trouble.CONFIGURATION, code="storage")
    return GatewayError(f"The file store could not {verb} just now ({reason}).", trouble=Trouble.RETRY, code="storage")
