"""What REELGRAPH_STORAGE_URL may say, and the stores it opens: of Google's and Azure's, what can be had offline."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from services.storage import Lifetimes, ObjectStorage, StorageAddress, UnusableStorageError, connect
from tests.support.object_store import CREDENTIALS

HOUR = timedelta(hours=1)
PATH = "videos/0198c1/original"


def connected(url: str, lifetime: timedelta = HOUR) -> ObjectStorage:
    lifetimes = Lifetimes(upload=lifetime, download=lifetime)
    return connect(StorageAddress.parse(url), lifetimes, downloads=Path("downloads"))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("file:///srv/reel%20graph", StorageAddress("file", folder=Path("/srv/reel graph"))),
        ("s3://films", StorageAddress("s3", bucket="films")),
        ("s3://films/a/b/", StorageAddress("s3", bucket="films", prefix="a/b")),
        (
            "s3://films?endpoint=http://127.0.0.1:9000&region=eu-west-1&style=virtual",
            StorageAddress(
                "s3",
                bucket="films",
                parameters={"endpoint": "http://127.0.0.1:9000", "region": "eu-west-1", "style": "virtual"},
            ),
        ),
        ("gs://films/a", StorageAddress("gs", bucket="films", prefix="a")),
        ("az://films/a?account=reel", StorageAddress("az", bucket="films", prefix="a", parameters={"account": "reel"})),
    ],
)
def test_addresses(url: str, address: StorageAddress) -> None:
    assert StorageAddress.parse(url) == address


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "must be file:///folder, s3://bucket"),
        ("/srv/files", "must be file:///folder, s3://bucket"),
        ("http://films", "must be file:///folder, s3://bucket"),
        ("s3://", "must be file:///folder, s3://bucket"),
        ("s3://films/../other", "must be file:///folder, s3://bucket"),
        ("s3://films#x", "must be file:///folder, s3://bucket"),
        ("s3://key:secret@films", "must have no user name and password"),
        ("s3://films?regoin=x", "parameters that are not understood: regoin"),
        ("gs://films?region=x", "parameters that are not understood: region"),
        ("s3://films?region=", "an empty region"),
        ("s3://films?style=path&style=other", "neither path nor virtual"),
        ("s3://films?endpoint=minio:9000", "an endpoint that is not like"),
        ("file://elsewhere/srv", "by its whole path"),
        ("file:///", "by its whole path"),
    ],
)
def test_what_an_address_may_not_be(url: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        StorageAddress.parse(url)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("s3://films/a?region=eu-west-1", "https://s3.eu-west-1.amazonaws.com/films/a/"),
        ("s3://films/a?region=eu-west-1&style=virtual", "https://films.s3.eu-west-1.amazonaws.com/a/"),
        ("s3://films?endpoint=http://minio:9000", "http://minio:9000/films/"),
        ("s3://films?endpoint=https://s3.example.org&style=virtual", "https://films.s3.example.org/"),
    ],
)
def test_where_links_into_s3_lead(url: str, start: str) -> None:
    storage = connected(url)
    target = storage.upload_target(PATH, content_type="video/mp4", size_bytes=1, filename="Film.mp4")
    assert target.url.startswith(f"{start}incoming/{PATH}?X-Amz-")
    assert storage.download_url(PATH, content_type="video/mp4").startswith(f"{start}{PATH}?X-Amz-")
    assert storage.largest_upload == 5 * 1024**3


@pytest.mark.usefixtures("aws")
def test_no_link_is_for_longer_than_stores_sign() -> None:
    storage = connected("s3://films", timedelta(days=30))
    target = storage.upload_target(PATH, content_type="video/mp4", size_bytes=1)
    for url in (target.url, storage.download_url(PATH, content_type="video/mp4")):
        assert int(httpx.URL(url).params["X-Amz-Expires"]) <= 7 * 86400
    assert storage.upload_lifetime == timedelta(days=7)


def test_links_into_google_cloud_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    account = {"client_email": "reel@example.iam.gserviceaccount.com", "private_key_id": "1", "disable_oauth": False}
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", json.dumps({**account, "private_key": pem.decode()}))
    storage = connected("gs://films/a")
    target = storage.upload_target(PATH, content_type="video/mp4", size_bytes=1, filename="Film.mp4")
    url = httpx.URL(target.url)
    assert target.url.startswith(f"https://storage.googleapis.com/films/a/incoming/{PATH}?X-Goog-")
    assert target.headers == {
        "Content-Type": "video/mp4",
        "Content-Disposition": "inline; filename=\"Film.mp4\"; filename*=UTF-8''Film.mp4",
    }
    query = target.url.partition("?")[2].partition("&X-Goog-Signature=")[0]
    canonical = f"PUT\n{url.path}\n{query}\nhost:{url.host}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = hashes.Hash(hashes.SHA256())
    digest.update(canonical.encode())
    scope = url.params["X-Goog-Credential"].partition("/")[2]
    signed = f"GOOG4-RSA-SHA256\n{url.params['X-Goog-Date']}\n{scope}\n{digest.finalize().hex()}"
    signature = bytes.fromhex(url.params["X-Goog-Signature"])
    key.public_key().verify(signature, signed.encode(), padding.PKCS1v15(), hashes.SHA256())


def test_links_into_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", base64.b64encode(bytes(64)).decode())
    storage = connected("az://films/a?account=reel")
    target = storage.upload_target(PATH, content_type="video/mp4", size_bytes=1, filename="Film.mp4")
    assert target.url.startswith(f"https://reel.blob.core.windows.net/films/a/incoming/{PATH}?")
    assert target.headers["x-ms-blob-type"] == "BlockBlob"
    assert target.headers["Content-Type"] == "video/mp4"
    assert target.headers["x-ms-blob-content-disposition"].startswith("inline; filename=")
    assert "w" in httpx.URL(target.url).params["sp"]
    assert httpx.URL(storage.download_url(PATH, content_type="video/mp4")).params["sp"] == "r"
    assert storage.largest_upload == 5000 * 1024**2


def test_a_store_that_lacks_its_account_says_so() -> None:
    with pytest.raises(UnusableStorageError, match=r"^az://films can't be used: .*[Aa]ccount"):
        connected("az://films")
