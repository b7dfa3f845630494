"""moto's S3 as a process, as strict as S3 itself: `python -m tests.support.s3_server PORT KEY SECRET`.

moto takes any signature. Here a request must be signed with the key and within its time, checked by botocore, which
has nothing in common with what signs ours. Lines on standard input: `close` (connections are refused; what is
stored stays) and `open`; each is answered by the same line. The process ends with its input.
"""

import hmac
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth  # type: ignore[import-untyped]  # it ships no types
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]  # as above
from botocore.credentials import Credentials  # type: ignore[import-untyped]  # as above
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)")
Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]


class Signed:
    """The application behind a check of every request's signature."""

    def __init__(self, application: Any, credentials: Credentials) -> None:
        self._application = application
        self._credentials = credentials

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Refuse, or pass on."""
        fault = None if environ["REQUEST_METHOD"] == "OPTIONS" else fault_of(environ, self._credentials)
        if fault is None:
            return cast("Iterable[bytes]", self._application(environ, start))
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = f"<?xml version='1.0'?><Error><Code>{fault}</Code><Message>{fault}</Message></Error>".encode()
        start("403 Forbidden", [("Content-Type", "application/xml"), ("Content-Length", str(len(answer)))])
        return [answer]


def fault_of(environ: Environ, credentials: Credentials) -> str | None:
    """S3's code of what is wrong with a request's signature, None when it is good."""
    url = f"http://{environ['HTTP_HOST']}{environ['REQUEST_URI']}"
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if "X-Amz-Signature" in query:
        names, credential = query["X-Amz-SignedHeaders"].split(";"), query["X-Amz-Credential"]
        timestamp, signature = query["X-Amz-Date"], query["X-Amz-Signature"]
        expires_at = instant(timestamp) + timedelta(seconds=int(query["X-Amz-Expires"]))
        sent = {key.removeprefix("HTTP_").replace("_", "-").lower() for key in environ if key.startswith("HTTP_")}
        if expires_at < datetime.now(UTC) or any(name.startswith("x-amz-") for name in sent - set(names)):
            return "AccessDenied"
        url, kind = re.sub(r"&X-Amz-Signature=[0-9a-f]+", "", url), S3SigV4QueryAuth
    elif found := AUTHORIZATION.match(environ.get("HTTP_AUTHORIZATION", "")):
        credential, names, signature = found[1], found[2].split(";"), found[3]
        timestamp, kind = environ["HTTP_X_AMZ_DATE"], S3SigV4Auth
    else:
        return "AccessDenied"
    key_id, _, region, service, _ = credential.split("/")
    if key_id != credentials.access_key:
        return "InvalidAccessKeyId"
    signer = kind(credentials, service, region)
    request = AWSRequest(environ["REQUEST_METHOD"], url, headers={name: header(environ, name) for name in names})
    request.context["timestamp"] = timestamp
    expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    return None if hmac.compare_digest(expected, signature) else "SignatureDoesNotMatch"


def instant(timestamp: str) -> datetime:
    """When a request was signed."""
    return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def header(environ: Environ, name: str) -> str:
    """The value of a request's header."""
    key = name.upper().replace("-", "_")
    return str(environ.get(f"HTTP_{key}") or environ.get(key, ""))


class RequestHandler(MotoRequestHandler):
    """A handler that keeps no connection, so that a closed server answers nobody, and says nothing."""

    protocol_version = "HTTP/1.0"

    def log_request(self, *_: Any) -> None:
        """Say nothing."""


def serve(port: int, credentials: Credentials) -> None:
    """Serve until standard input ends."""
    application = Signed(DomainDispatcherApplication(create_backend_app), credentials)
    server: BaseWSGIServer | None = None
    for line in opened(sys.stdin):
        if line == "open" and server is None:
            server = make_server("127.0.0.1", port, application, threaded=True, request_handler=RequestHandler)
            Thread(target=server.serve_forever, daemon=True).start()
        elif line == "close" and server is not None:
            server.shutdown()
            server.server_close()
            server = None
        print(line, flush=True)  # noqa: T201  the answer


def opened(lines: Iterable[str]) -> Iterable[str]:
    """The commands, of which the first is to open."""
    yield "open"
    for line in lines:
        yield line.strip()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Credentials(*sys.argv[2:]))
