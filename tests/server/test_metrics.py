"""What Prometheus reads: how many operations were compiled, and why others were not."""

from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.api import Api


async def counts(api: Api) -> Counter[str]:
    """Operations so far, by `compiled` or by the reason why they were not; the process counts for all tests."""
    response = await api.http.get("/metrics")
    samples = [
        sample
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
        if sample.value and sample.name.startswith("reelgraph_operations_")
    ]
    return Counter({sample.labels.get("reason", "compiled"): int(sample.value) for sample in samples})


@pytest.mark.parametrize(
    ("query", "counted"),
    [
        ("{ videos { nodes { id } } }", {"compiled": 2}),
        ("{ __schema { queryType { name } } }", {"introspection": 2}),
        ('{ video(id: "x") { id } }', {"an error": 2}),
        ("{ nothing }", {}),
        ("{", {}),
    ],
)
async def test_operations_are_counted(api: Api, query: str, counted: dict[str, int]) -> None:
    before = await counts(api)
    for _ in range(2):
        await api.execute(query)
    assert await counts(api) - before == counted


async def test_metrics_need_no_token(api: Api) -> None:
    response = await api.http.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")
