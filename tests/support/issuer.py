"""An issuer of access tokens with a key server on a real socket, which rotates, hangs, dies and talks nonsense."""

import asyncio
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from jwt.algorithms import get_default_algorithms
from jwt.utils import base64url_encode

ISSUER = "https://issuer.example/auth/v1"
AUDIENCE = "authenticated"


@dataclass(frozen=True)
class Signer:
    """A key pair of an issuer."""

    algorithm: str
    kid: str
    private: Any

    @property
    def jwk(self) -> dict[str, Any]:
        """The public key as a key server has it."""
        public = get_default_algorithms()[self.algorithm].to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "alg": self.algorithm, "key_ops": ["verify"]}

    def token(self, /, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """A good token; claims that are None are left out."""
        named = {"kid": self.kid, **(headers or {})}
        kept = {name: value for name, value in named.items() if value is not None}
        return jwt.encode(claims_of(**claims), self.private, self.algorithm, headers=kept)

    def sign(self, content: bytes) -> bytes:
        """A signature of anything."""
        return get_default_algorithms()[self.algorithm].sign(content, self.private)


def claims_of(**claims: Any) -> dict[str, Any]:
    """As Supabase has them."""
    now = int(time.time())
    usual = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(uuid4()),
        "role": "authenticated",
        "iat": now,
        "exp": now + 3600,
    }
    return {name: value for name, value in (usual | claims).items() if value is not None}


def forged(header: dict[str, Any] | str, sign: Callable[[bytes], bytes], **claims: Any) -> str:
    """A token with any header, whatever the library would say of it."""
    written = header if isinstance(header, str) else json.dumps(header)
    content = b".".join(base64url_encode(part.encode()) for part in (written, json.dumps(claims_of(**claims))))
    return b".".join((content, base64url_encode(sign(content)))).decode()


def hs256(key: bytes) -> Callable[[bytes], bytes]:
    """Signs with a secret, be it nobody's idea of one."""
    return lambda content: hmac.digest(key, content, hashlib.sha256)


@cache
def signer(algorithm: str, kid: str, bits: int = 2048) -> Signer:
    """A key pair; the same for the same arguments, because RSA keys take long to make."""
    match algorithm:
        case "RS256":
            return Signer(algorithm, kid, rsa.generate_private_key(65537, bits))
        case "ES256":
            return Signer(algorithm, kid, ec.generate_private_key(ec.SECP256R1()))
        case _:
            return Signer(algorithm, kid, ed25519.Ed25519PrivateKey.generate())


@dataclass
class Issuer:
    """Publishes what is in `keys`, as soon as it is there. `answer` takes the place of that; None hangs."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    headers: str = ""
    answer: bytes | None = b""
    requests: int = 0
    port: int = 0
    _scheme: str = "http"
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """What `REELGRAPH_JWKS_URL` is to be."""
        return f"{self._scheme}://127.0.0.1:{self.port}/.well-known/jwks.json"

    async def up(self, tls: ssl.SSLContext | None = None) -> None:
        """Listen, on the port it had before if it had one."""
        self._scheme = "https" if tls else "http"
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            if self.answer is None:
                await reader.read()  # until the other has had enough
            elif self.answer:
                writer.write(self.answer)
            else:
                body = json.dumps({"keys": self.keys})
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{self.headers}\r\n"
                writer.write((head + body).encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def self_signed(path: Path) -> ssl.SSLContext:
    """What a server speaks TLS by that nobody has reason to trust, except by the file that is written."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


@asynccontextmanager
async def running_issuer(*signers: Signer) -> AsyncIterator[Issuer]:
    """An issuer with these keys."""
    issuer = Issuer([one.jwk for one in signers])
    await issuer.up()
    try:
        yield issuer
    finally:
        await issuer.down()
