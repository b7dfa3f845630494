"""From an address to its storage. obstore finds the credentials where each cloud's own tools do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from obstore.store import AzureStore, GCSStore, S3Store

from services.storage.address import StorageAddress
from services.storage.errors import StorageUnavailableError, UnusableStorageError
from services.storage.failures import failures_told
from services.storage.links import Lifetimes
from services.storage.objects import ObjectStorage
from services.storage.presigned import PresignedLinks, UploadHeaders

if TYPE_CHECKING:
    from obstore.store import AzureConfig, ClientConfig, RetryConfig, S3Config

GIB, MIB, TIB = 1024**3, 1024**2, 1024**4
# A store that is away is told of in less than 20 s: nothing is begun anew after RETRIED.
ANSWERED = timedelta(seconds=10)
CONNECTED = timedelta(seconds=5)
RETRIED = timedelta(seconds=8)
# An object of 5 GiB takes S3 about a minute.
COPIED = timedelta(minutes=10)

Bucket = S3Store | GCSStore | AzureStore


@dataclass(frozen=True)
class Kind:
    """What tells the stores apart. `largest_upload` is the most bytes that one PUT, and one copy, may have."""

    open: Callable[[StorageAddress, "ClientConfig", "RetryConfig"], Bucket]
    largest_upload: int
    headers: UploadHeaders = UploadHeaders()  # noqa: RUF009  it is frozen


def connect(address: StorageAddress, lifetimes: Lifetimes, *, downloads: Path) -> ObjectStorage:
    """Storage at an address, of which nothing is asked yet. `downloads` is a folder for copies of its objects.

    Raises UnusableStorageError where what is configured makes no sense.
    """
    kind = KINDS[address.scheme]
    try:
        with failures_told():
            store, copying = _open(kind, address, ANSWERED), _open(kind, address, COPIED)
    except StorageUnavailableError as error:
        raise UnusableStorageError(str(address), error) from error
    links = PresignedLinks(store, lifetimes, kind.headers)
    return ObjectStorage(str(address), store, copying, links, downloads=downloads, largest_upload=kind.largest_upload)


def _open(kind: Kind, address: StorageAddress, answered: timedelta) -> Bucket:
    client: ClientConfig = {
        "timeout": answered,
        "connect_timeout": CONNECTED,
        "allow_http": address.parameters.get("endpoint", "").startswith("http://"),
    }
    retry: RetryConfig = {"max_retries": 5, "retry_timeout": RETRIED}
    return kind.open(address, client, retry)


def _s3(address: StorageAddress, client: "ClientConfig", retry: "RetryConfig") -> S3Store:
    config: S3Config = {}
    virtual = address.parameters.get("style") == "virtual"
    if virtual:
        config["virtual_hosted_style_request"] = True
    if region := address.parameters.get("region"):
        config["region"] = region
    if endpoint := address.parameters.get("endpoint"):
        config["endpoint"] = _with_bucket(endpoint, address.bucket) if virtual else endpoint
    return S3Store(
        address.bucket, prefix=address.prefix or None, config=config, client_options=client, retry_config=retry
    )


def _with_bucket(endpoint: str, bucket: str) -> str:
    parts = urlsplit(endpoint)
    return urlunsplit(parts._replace(netloc=f"{bucket}.{parts.netloc}"))


def _gs(address: StorageAddress, client: "ClientConfig", retry: "RetryConfig") -> GCSStore:
    return GCSStore(address.bucket, prefix=address.prefix or None, client_options=client, retry_config=retry)


def _az(address: StorageAddress, client: "ClientConfig", retry: "RetryConfig") -> AzureStore:
    config: AzureConfig = {}
    if account := address.parameters.get("account"):
        config["account_name"] = account
    if endpoint := address.parameters.get("endpoint"):
        config["endpoint"] = endpoint
    return AzureStore(
        address.bucket, prefix=address.prefix or None, config=config, client_options=client, retry_config=retry
    )


KINDS = {
    "s3": Kind(_s3, largest_upload=5 * GIB),
    "gs": Kind(_gs, largest_upload=5 * TIB),
    "az": Kind(
        _az,
        largest_upload=5000 * MIB,
        headers=UploadHeaders("x-ms-blob-content-disposition", {"x-ms-blob-type": "BlockBlob"}),
    ),
}
