"""The dashboard, and what processes really serve."""

import json
import re
from pathlib import Path
from uuid import UUID

import promql_parser
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from database.engine import Database
from database.video_job import ProcessingStatus
from processing.media import Limits
from processing.pipeline import Pipeline
from processing.providers import embedded_providers
from server.telemetry.families import WORK
from server.telemetry.jobs import JobWatch
from server.telemetry.registry import process_registry
from services.storage import Storage
from tests.support.api import Api
from tests.support.library import Library

ROOT = Path(__file__).parents[2]
DASHBOARD = json.loads((ROOT / "docs/grafana/reelgraph.json").read_text())
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
DOCUMENTATION = (ROOT / "docs/observability.md").read_text()
ALERTS = re.findall(r"^\| [a-z ]+ \| `([^`]+)`", DOCUMENTATION.partition("### Alerts")[2], re.MULTILINE)
VARIABLES = {"$__rate_interval": "1m", "$instance": ".*"}

SAMPLE = re.compile(r"\b(?:reelgraph|process|python)_[a-z0-9_]+")


def filled_in(expression: str) -> str:
    """An expression as Grafana sends it."""
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def sample_names(exposition: str) -> set[str]:
    """What may be asked for: names of samples, those that only a labelled child would have among them."""
    names = set()
    for family in text_string_to_metric_families(exposition):
        names |= {sample.name for sample in family.samples}
        if family.type == "histogram":
            names |= {f"{family.name}_{end}" for end in ("bucket", "count", "sum")}
        elif family.type == "counter":
            names.add(f"{family.name}_total")
        elif family.type == "gauge":
            names.add(family.name)
    return names


@pytest.fixture
async def served(api: Api, database: Database, storage: Storage, library: Library, viewer: UUID) -> set[str]:
    """What a server and a worker serve after some traffic."""
    await library.processed_videos(2)
    await api.data("query Videos { videos { nodes { id jobs { nodes { id } } } } }")
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    await Pipeline(database, storage, Limits(wall_seconds=30), embedded_providers(), JobWatch()).process(job.id)
    server = (await api.http.get("/metrics")).text
    return sample_names(server) | sample_names(generate_latest(process_registry(database, WORK)).decode())


def test_every_expression_is_promql() -> None:
    assert len(EXPRESSIONS) > 20
    assert len(ALERTS) == 7
    for expression in EXPRESSIONS + ALERTS:
        promql_parser.parse(filled_in(expression))
    with pytest.raises(ValueError, match="parenthesis"):
        promql_parser.parse("sum by (x) (rate(a[1m])")


async def test_the_dashboard_asks_for_what_is_served(served: set[str]) -> None:
    asked = {name for expression in EXPRESSIONS + ALERTS for name in SAMPLE.findall(expression)}
    asked |= {"reelgraph_build_info"}  # the variable `instance`
    assert asked - served == set()


async def test_the_dashboard_shows_all_that_is_ours(served: set[str]) -> None:
    shown = " ".join(EXPRESSIONS)
    ours = {re.sub(r"_(bucket|count|sum|total|created|info)$", "", name) for name in served if "reelgraph" in name}
    unseen = {"reelgraph_build", "reelgraph_documents_unregistered"}
    assert {name for name in ours - unseen if name not in shown} == set()


async def test_the_documentation_lists_all_that_is_ours(served: set[str]) -> None:
    ours = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in served if name.startswith("reelgraph")}
    assert {name for name in ours if f"`{name}`" not in DOCUMENTATION} == set()
