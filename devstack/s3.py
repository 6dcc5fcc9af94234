"""A private S3 server: moto in its own process on a free port; all objects are lost when the server ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Self

import boto3
import httpx
from botocore.config import Config

from devstack.ports import LOOPBACK, free_port
from devstack.processes import Process, Server, StartFailed, wait_until

_ALL_OF_S3 = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


class S3Server(Server):
    """An S3 server as a context manager; requests need the `access_key` and `secret_key` of its user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.access_key, self.secret_key = "", ""

    def start(self) -> Self:
        """Start the server and wait until it answers. Raises StartFailed."""
        command = [sys.executable, "-m", "moto.server", "--host", LOOPBACK, "--port", str(self.port)]
        self._process = Process("s3", command, log=self.folder / "s3.log").start()
        try:
            wait_until(self.answers, self._process, timeout_s=60)
        except StartFailed:
            self._process.stop()
            raise
        self._ask_for_keys()
        return self

    def answers(self) -> bool:
        """Return whether the server answers requests."""
        try:
            return httpx.get(f"{self.url}/moto-api/", timeout=2).is_success
        except httpx.TransportError:
            return False

    def _ask_for_keys(self) -> None:
        """Create a user with keys; from now on the server accepts only requests that a known user has signed."""
        users = self._client("iam")
        users.create_user(UserName="prelabel")
        users.put_user_policy(UserName="prelabel", PolicyName="s3", PolicyDocument=json.dumps(_ALL_OF_S3))
        key = users.create_access_key(UserName="prelabel")["AccessKey"]
        self.access_key, self.secret_key = key["AccessKeyId"], key["SecretAccessKey"]
        reset = f"{self.url}/moto-api/reset-auth"
        httpx.post(reset, content="0", headers={"Content-Type": "text/plain"}).raise_for_status()

    def client(self) -> Any:
        """Return a boto3 client, for tests that check the bucket without prelabel's own client."""
        return self._client("s3")

    def _client(self, service: str) -> Any:
        return boto3.session.Session().client(
            service,
            region_name="us-east-1",
            endpoint_url=self.url,
            aws_access_key_id=self.access_key or "not",
            aws_secret_access_key=self.secret_key or "asked for",
            config=Config(s3={"addressing_style": "path"}),
        )

    def make_bucket(self, name: str) -> dict[str, str]:
        """Create a bucket; return the settings with which prelabel stores its documents in the bucket."""
        self.client().create_bucket(Bucket=name)
        return {
            "BUCKET": f"s3://{name}",
            "S3_ENDPOINT": self.url,
            "S3_ACCESS_KEY": self.access_key,
            "S3_SECRET_KEY": self.secret_key,
        }
