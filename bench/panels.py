"""Panels of a Grafana dashboard as a page, drawn from what Prometheus answers."""

import html
import time
from typing import Any

import httpx

WIDTH, HEIGHT, LEFT = 470, 130, 56
COLOURS = ("#73bf69", "#5794f2", "#f2cc0c", "#ff780a", "#f2495c", "#b877d9", "#8ab8ff", "#fade2a", "#96d98d", "#ff7383")
VARIABLES = {"$__rate_interval": "15s", "$instance": ".*"}
STYLE = """
body { margin: 0; padding: 12px; background: #111217; color: #ccccdc; font: 12px sans-serif }
h1 { font-size: 16px; margin: 0 0 10px }
main { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px }
section { background: #181b1f; border: 1px solid #2c3235; padding: 8px; height: 206px; overflow: hidden }
h2 { font-size: 13px; font-weight: 500; margin: 0 0 4px }
text { fill: #8e8e9e; font-size: 10px } i { display: inline-block; width: 12px; height: 3px; margin: 0 4px 3px 8px }
p { margin: 2px 0; font-size: 10px; line-height: 14px }
"""

Points = list[tuple[float, float]]


def page(dashboard: dict[str, Any], prometheus: str, seconds: int) -> str:
    """The page, of the last `seconds`."""
    end = time.time()
    with httpx.Client(base_url=prometheus, timeout=30) as http:
        panels = "".join(_panel(panel, http, end - seconds, end) for panel in dashboard["panels"])
    title = html.escape(dashboard["title"])
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><h1>{title}</h1><main>{panels}</main>"


def _panel(panel: dict[str, Any], http: httpx.Client, start: float, end: float) -> str:
    series: list[tuple[str, Points]] = []
    for target in panel["targets"]:
        series += _series(target, http, start, end)
    top = max((value for _, points in series for _, value in points), default=0) or 1
    lines = [_line(points, COLOURS[index % len(COLOURS)], start, end, top) for index, (_, points) in enumerate(series)]
    legend = "".join(
        f'<i style="background:{COLOURS[index % len(COLOURS)]}"></i>{html.escape(name)}'
        for index, (name, _) in enumerate(series)
    )
    unit = panel["fieldConfig"]["defaults"]["unit"]
    scale = "".join(_rule(share, _shown(top * share, unit)) for share in (0, 0.5, 1))
    drawing = f'<svg width="{WIDTH}" height="{HEIGHT + 14}">{scale}{"".join(lines)}</svg>'
    return f"<section><h2>{html.escape(panel['title'])}</h2>{drawing}<p>{legend or 'no data'}</p></section>"


def _series(target: dict[str, Any], http: httpx.Client, start: float, end: float) -> list[tuple[str, Points]]:
    expression = target["expr"]
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    response = http.get("/api/v1/query_range", params={"query": expression, "start": start, "end": end, "step": 2})
    found = response.raise_for_status().json()["data"]["result"]
    return [(_name(target["legendFormat"], one["metric"]), _points(one["values"])) for one in found]


def _name(form: str, labels: dict[str, str]) -> str:
    for label, value in labels.items():
        form = form.replace("{{" + label + "}}", value)
    return form


def _points(values: list[tuple[float, str]]) -> Points:
    return [(when, float(value)) for when, value in values if value not in {"NaN", "+Inf"}]


def _line(points: Points, colour: str, start: float, end: float, top: float) -> str:
    places = " ".join(
        f"{LEFT + (when - start) / (end - start) * (WIDTH - LEFT):.1f},{_height(value / top):.1f}"
        for when, value in points
    )
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="1.2"/>'


def _rule(share: float, label: str) -> str:
    y = _height(share)
    rule = f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y}" y2="{y}" stroke="#2c3235"/>'
    return f'{rule}<text x="{LEFT - 4}" y="{y + 3}" text-anchor="end">{label}</text>'


def _height(share: float) -> float:
    return 6 + (1 - share) * HEIGHT


def _shown(value: float, unit: str) -> str:
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} s" if unit == "s" else f"{value:.3g}"
