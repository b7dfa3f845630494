"""A server that takes uploads, each way that bodies are received."""

from collections.abc import Iterator

import pytest

from tests.support.upload_site import PROTOCOLS, UploadSite, serving_uploads


@pytest.fixture(scope="module", params=PROTOCOLS)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadSite]:
    """It runs for a module."""
    with serving_uploads(tmp_path_factory.mktemp("files"), request.param) as site:
        yield site


@pytest.fixture
def site(served: UploadSite) -> Iterator[UploadSite]:
    """The same; what a test leaves there is removed."""
    yield served
    served.clear()
