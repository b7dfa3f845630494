"""An S3 to test with: a process of its own that can go away and come back."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from uuid_utils.compat import uuid7

ACCESS_KEY_ID, SECRET_ACCESS_KEY = "AKIATESTTESTTESTTEST", "a-secret-of-forty-characters-for-testing"
REGION = "eu-central-1"
# What obstore, as any client of S3, finds its credentials in.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY}


@dataclass(frozen=True)
class ObjectStore:
    """A running S3; `client` is boto3's, to look into it past our code."""

    endpoint: str
    client: Any
    process: subprocess.Popen[str]

    def bucket(self) -> str:
        """The name of a new bucket."""
        name = f"reelgraph-{uuid7().hex}"
        self.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def url(self, bucket: str, prefix: str = "library") -> str:
        """The REELGRAPH_STORAGE_URL of a bucket."""
        return f"s3://{bucket}/{prefix}?{urlencode({'endpoint': self.endpoint, 'region': REGION})}"

    def keys(self, bucket: str) -> list[str]:
        """What is in a bucket."""
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=bucket).get("Contents", [])]

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Refuse connections while the block runs; what is stored stays."""
        self._tell("close")
        try:
            yield
        finally:
            self._tell("open")

    def _tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        self.expect(command)

    def expect(self, line: str) -> None:
        """Wait for the process to have done it."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == line


@contextmanager
def running_object_store() -> Iterator[ObjectStore]:
    """An S3 for as long as the block runs."""
    import boto3  # type: ignore[import-untyped]  # noqa: PLC0415  it ships no types, and takes a second

    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
    )
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.s3_server", str(port), ACCESS_KEY_ID, SECRET_ACCESS_KEY],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        store = ObjectStore(endpoint, client, process)
        store.expect("open")
        try:
            yield store
        finally:
            process.kill()
            client.close()
