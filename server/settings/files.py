"""Videos, and what is made of them."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from server.settings.checks import storage_address

GIB = 1024**3


class FileSettings(BaseSettings):
    """Videos, and what is made of them."""

    storage_url: Annotated[
        str | None,
        AfterValidator(storage_address),
        Field(
            description="Where files are kept: `s3://bucket/prefix?endpoint=…&region=…`, `gs://bucket/prefix`, "
            "`az://container/prefix?account=…` or `file:///folder`. Credentials come from where the clouds' own tools "
            "look for them: `AWS_…`, `GOOGLE_…`, `AZURE_…` variables, or the machine's identity. "
            "Default: the data folder."
        ),
    ] = None
    max_upload_bytes: Annotated[int, Field(description="Largest video accepted, in bytes.", ge=1)] = 10 * GIB
    upload_lifetime_seconds: Annotated[int, Field(description="How long an upload link is valid.", ge=1)] = 3600
    download_lifetime_seconds: Annotated[int, Field(description="How long a download link is valid.", ge=1)] = 3600
