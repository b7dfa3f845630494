"""The three operations as REST, whose answers are the JSON of our GraphQL."""

from bench.contract import Request
from bench.place import Place

HEADERS = {"Accept": "application/json"}


def ask(_place: Place, operation: str, keys: list[str]) -> list[Request]:
    """The operation as resources."""
    match operation:
        case "Q1":
            paths = ["/videos?first=50"]
        case "Q2":
            paths = [f"/videos/{key}" for key in keys]
        case _:
            paths = ["/video-jobs?first=100"]
    return [Request("GET", path, HEADERS) for path in paths]
