"""Files in a folder, on a disk of this machine or on a share that several nodes mount."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.config import FOLDERS
from app.storage.store.streams import Opened, Unavailable, copy

# What a form and its event may need.
ROOM = 65_536


class Folder:
    """A store in a folder (app/storage/store/__init__.py says what each method does).

    A name that begins with a dot is a draft. A file gets its name after its last byte is on disk.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return f"the folder {self.root}"

    def put(self, place: str, content: IO[bytes]) -> bool:
        def written(draft: Path) -> None:
            with draft.open("xb") as target:
                copy(content, target)
                target.flush()
                os.fsync(target.fileno())

        return self.named(place, written)

    def take(self, place: str, file: Path) -> bool:
        def linked(draft: Path) -> None:
            try:
                os.link(file, draft)
            except OSError:  # it lies on another disk
                with file.open("rb") as content, draft.open("xb") as target:
                    copy(content, target)
                    target.flush()
                    os.fsync(target.fileno())

        return self.named(place, linked)

    def named(self, place: str, make: Callable[[Path], None]) -> bool:
        """Have a draft made beside its place, and give it its name if nobody has it."""
        file = self.root / place
        make_folder(file.parent)
        draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        try:
            make(draft)
            # A link refuses to replace; a rename would not.
            os.link(draft, file)
            return True
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
            sync(file.parent)

    @contextmanager
    def open(self, place: str) -> Iterator[Opened]:
        with (self.root / place).open("rb") as file:
            yield Opened(file, os.fstat(file.fileno()).st_size)

    def remove(self, place: str) -> None:
        (self.root / place).unlink(missing_ok=True)

    def move_out(self, place: str, file: Path) -> None:
        move(self.root / place, file)

    def places(self, *folders: str) -> Iterator[str]:
        left = [folder for name in folders if (folder := self.root / name).is_dir()]
        while left:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        left.append(Path(entry.path))
                    elif entry.is_file():
                        yield Path(entry.path).relative_to(self.root).as_posix()

    def age(self, place: str) -> float | None:
        try:
            return time.time() - (self.root / place).stat().st_mtime
        except FileNotFoundError:
            return None

    def trial(self) -> None:
        for name in FOLDERS:
            folder = self.root / name
            try:
                with tempfile.NamedTemporaryFile(dir=folder, prefix=".trial-") as trial:
                    trial.write(bytes(ROOM))
                    trial.flush()
                    os.fsync(trial.fileno())
                    link = Path(f"{trial.name}.link")
                    os.link(trial.name, link)
                    link.unlink()
            except OSError as error:
                raise Unavailable(
                    error.errno, f"the folder {folder} takes no files: {error.strerror}"
                ) from None


def move(source: Path, target: Path) -> None:
    """Rename a file; to another disk it goes by a copy that bears the name only once it is
    whole.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(source, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        source.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder so that it is there after a power cut."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync(folder.parent)


def sync(folder: Path) -> None:
    """Put a folder's entries on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
