"""REELGRAPH_STORAGE_URL taken apart: which store, where in it, and how it is reached."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from services.storage.storage import SAFE_PATH

# What the query may say. Credentials stand in no URL: these are shown and logged.
PARAMETERS = {
    "file": set[str](),
    "s3": {"endpoint", "region", "style"},
    "gs": set[str](),
    "az": {"account", "endpoint"},
}
BUCKET = re.compile(r"[a-z0-9$][a-z0-9._-]{1,221}")
ENDPOINT = re.compile(r"https?://[\w.:\[\]-]+(/[\w.-]+)*", re.ASCII)
FORMS = (
    "must be file:///folder, s3://bucket/prefix?endpoint=…&region=…&style=path|virtual, gs://bucket/prefix "
    "or az://container/prefix?account=…&endpoint=…"
)


@dataclass(frozen=True)
class StorageAddress:
    """A store, and the folder in it that is ours; `folder` for `file`, `bucket` for all others."""

    scheme: str
    folder: Path = Path()
    bucket: str = ""
    prefix: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, url: str) -> "StorageAddress":
        """Raises ValueError, which says what is wrong with the URL."""
        parts = urlsplit(url)
        if parts.scheme not in PARAMETERS:
            raise ValueError(FORMS)
        if "@" in parts.netloc:
            raise ValueError("must have no user name and password: the store's own settings have its credentials")
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        if unknown := set(parameters) - PARAMETERS[parts.scheme]:
            raise ValueError(f"has parameters that are not understood: {', '.join(sorted(unknown))}")
        _check_parameters(parameters)
        if parts.scheme == "file":
            return cls("file", folder=_folder(parts.netloc, unquote(parts.path)))
        prefix = parts.path.strip("/")
        if not BUCKET.fullmatch(parts.netloc) or (prefix and not SAFE_PATH.fullmatch(prefix)) or parts.fragment:
            raise ValueError(FORMS)
        return cls(parts.scheme, bucket=parts.netloc, prefix=prefix, parameters=parameters)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}/{self.prefix}".rstrip("/")


def _folder(host: str, path: str) -> Path:
    if host not in {"", "localhost"} or not path.strip("/") or "\0" in path:
        raise ValueError("must name a folder by its whole path: file:///srv/reelgraph")
    return Path(path)


def _check_parameters(parameters: dict[str, str]) -> None:
    for name, value in parameters.items():
        if not value:
            raise ValueError(f"has an empty {name}")
    if parameters.get("style", "path") not in {"path", "virtual"}:
        raise ValueError("has a style that is neither path nor virtual")
    if "endpoint" in parameters and not ENDPOINT.fullmatch(parameters["endpoint"]):
        raise ValueError("has an endpoint that is not like https://storage.example.org:9000")
