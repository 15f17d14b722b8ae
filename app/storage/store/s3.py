"""Files in a bucket of an object store that speaks S3, its own or another maker's.

Endpoint, region and keys come from where all programs for S3 look: ``AWS_ENDPOINT_URL_S3``,
``AWS_DEFAULT_REGION``, ``AWS_ACCESS_KEY_ID`` … or the files that ``AWS_CONFIG_FILE`` and
``AWS_SHARED_CREDENTIALS_FILE`` name.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.storage.store.streams import Opened, Unavailable, blocks, copy

# Checksums of newer kinds are unknown to many servers; what is sent has its MD5, which all compare.
# Who waits is a person, or a worker that tries again by itself.
SETTINGS = Config(
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard"},
)
# How often a file is sent while another is being put in the same place.
TRIES = 5
MISSING = ("NoSuchKey", "404")


class Bucket:
    """A store in a bucket, under a prefix (app/storage/store/__init__.py says what each method
    does).

    ``If-None-Match: *`` has the server refuse to put over what is there.
    """

    def __init__(self, url: str) -> None:
        self.url, parts = url, urlsplit(url)
        self.bucket, prefix = parts.netloc, parts.path.strip("/")
        self.prefix = f"{prefix}/" if prefix else ""

    def __str__(self) -> str:
        return f"the object store {self.url}"

    @cached_property
    def client(self) -> Any:
        """Made by the process that needs it: connections do not outlive a fork."""
        with self.asking():
            return Session().client("s3", config=SETTINGS)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Say in a sentence why the server did not do what it was asked."""
        try:
            yield
        except ClientError as error:
            if code_of(error) in MISSING:
                raise FileNotFoundError(str(error)) from None
            raise Unavailable(None, f"{self} refuses: {error}") from error
        except BotoCoreError as error:
            raise Unavailable(None, f"{self} cannot be used: {error}") from error

    def named(self, place: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + place}

    def put(self, place: str, content: IO[bytes]) -> bool:
        md5 = hashlib.md5(usedforsecurity=False)
        for block in blocks(content):
            md5.update(block)
        once = {"ContentMD5": b64encode(md5.digest()).decode(), "IfNoneMatch": "*"}
        with self.asking():
            for left in reversed(range(TRIES)):
                content.seek(0)
                try:
                    self.client.put_object(**self.named(place), Body=content, **once)
                    return True
                except ClientError as error:
                    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                    if status == 412:
                        return False
                    if status != 409 or not left:
                        raise
        return False

    def take(self, place: str, file: Path) -> bool:
        with file.open("rb") as content:
            return self.put(place, content)

    @contextmanager
    def open(self, place: str) -> Iterator[Opened]:
        with self.asking():
            answer = self.client.get_object(**self.named(place))
        try:
            yield Opened(Body(self, answer["Body"]), answer["ContentLength"])
        finally:
            answer["Body"].close()

    def remove(self, place: str) -> None:
        with self.asking():
            self.client.delete_object(**self.named(place))

    def move_out(self, place: str, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.part")
        with self.open(place) as opened, part.open("wb") as target:
            copy(opened.file, target)
            target.flush()
            os.fsync(target.fileno())
        part.replace(file)
        self.remove(place)

    def places(self, *folders: str) -> Iterator[str]:
        for folder in folders:
            start: dict[str, str] = {}
            while True:
                with self.asking():
                    page = self.client.list_objects_v2(
                        Bucket=self.bucket, Prefix=f"{self.prefix}{folder}/", **start
                    )
                for found in page.get("Contents", ()):
                    yield found["Key"].removeprefix(self.prefix)
                if not page["IsTruncated"]:
                    break
                start = {"ContinuationToken": page["NextContinuationToken"]}

    def age(self, place: str) -> float | None:
        try:
            with self.asking():
                answer = self.client.head_object(**self.named(place))
        except FileNotFoundError:
            return None
        # By the server's own clock.
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return (now - answer["LastModified"]).total_seconds()

    def trial(self) -> None:
        place = f"trial-{secrets.token_hex(8)}"
        self.put(place, BytesIO(b"first"))
        replaces = self.put(place, BytesIO(b"second"))
        self.remove(place)
        if replaces:
            raise Unavailable(
                None,
                f"{self} puts files over others: it does not know If-None-Match, without which "
                f"nothing keeps what is filed; use a server that does",
            )


class Body:
    """What comes from the server; a line that breaks is told in a sentence."""

    def __init__(self, bucket: Bucket, stream: Any) -> None:
        self.bucket, self.stream = bucket, stream

    def read(self, length: int, /) -> bytes:
        with self.bucket.asking():
            return bytes(self.stream.read(length))


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
