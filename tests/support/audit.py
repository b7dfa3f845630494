"""Advisories on what is pinned, against those that are accepted in docs/audit.toml: `python -m tests.support.audit`.

Exits with 1 for an advisory that is not accepted, and for an accepted one that is gone; with 3 where a service did not
answer, so that nothing is known: that is never said to be clean.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from database.errors import ReelgraphError
from server.node import node, npm_script

ROOT = Path(__file__).parents[2]
ACCEPTED = ROOT / "docs" / "audit.toml"
WRONG, UNKNOWN = 1, 3
# PyPI's own service answers "not found" for what it does not know, which pip-audit takes for clean.
OSV = "https://api.osv.dev/v1/query"
SECONDS = 300


class NotAuditedError(ReelgraphError):
    """The advisory service did not answer."""


@dataclass(frozen=True, order=True)
class Advisory:
    """What is said of a package: an advisory's id."""

    id: str
    package: str


def main(lists: Sequence[Path], accepted: Path = ACCEPTED, *, osv: str = OSV, registry: str | None = None) -> int:
    """Ask about each requirements.lock and package-lock.json, print what is found, and return the exit status."""
    found: set[Advisory] = set()
    not_audited = []
    for path in lists:
        try:
            said = of_npm(path, registry) if path.name == "package-lock.json" else of_python(path, osv)
        except NotAuditedError as error:
            not_audited.append(f"NOT AUDITED: {_shown(path)}: {error}")
        else:
            typer.echo(f"{_shown(path)}: {len(said)} advisories")
            found |= said
    problems = list(_problems(found, _reasons(accepted), everything=not not_audited))
    typer.echo("\n".join([*not_audited, *problems]) or "Clean, but for what is accepted.")
    return WRONG if problems else UNKNOWN if not_audited else 0


def of_python(lock: Path, osv: str) -> set[Advisory]:
    """What pip-audit says of a lock with hashes, for this Python and system; asks nothing else of the network."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--progress-spinner=off", "--format=json"]
    done = _run([*command, "--vulnerability-service=osv", f"--osv-url={osv}", f"--requirement={lock}"], lock.parent)
    report = _parsed(done, "dependencies")
    skipped = [f"{one['name']}: {one['skip_reason']}" for one in report["dependencies"] if "skip_reason" in one]
    if skipped:
        raise NotAuditedError("; ".join(skipped))
    return {
        Advisory(advisory["id"], one["name"]) for one in report["dependencies"] for advisory in one.get("vulns", [])
    }


def of_npm(lock: Path, registry: str | None) -> set[Advisory]:
    """What `npm audit` says of a package-lock.json; needs no node_modules."""
    command = [str(node()), str(npm_script()), "audit", "--json", "--package-lock-only"]
    done = _run([*command, *([f"--registry={registry}"] if registry else [])], lock.parent)
    causes = [cause for one in _parsed(done, "vulnerabilities")["vulnerabilities"].values() for cause in one["via"]]
    # What only depends on a package with an advisory is named by its name.
    return {Advisory(cause["url"].rpartition("/")[2], cause["name"]) for cause in causes if isinstance(cause, dict)}


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NotAuditedError(f"no answer in {SECONDS} seconds") from None


def _parsed(done: subprocess.CompletedProcess[str], needed: str) -> Any:
    """The report; both programs exit with 1 for advisories as for failures."""
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        report = {}
    if needed not in report:
        reason = report.get("message") or (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise NotAuditedError(reason)
    return report


def _reasons(accepted: Path) -> dict[Advisory, str]:
    entries = tomllib.loads(accepted.read_text()).get("accepted", [])
    return {Advisory(entry["id"], entry["package"]): entry["reason"].strip() for entry in entries}


def _problems(found: set[Advisory], reasons: dict[Advisory, str], *, everything: bool) -> Iterable[str]:
    for one in sorted(found - set(reasons)):
        yield f"{one.package} has {one.id}: upgrade it (make lock), or say in docs/audit.toml why it can't hurt."
    for one, reason in sorted(reasons.items()):
        if not reason:
            yield f"docs/audit.toml accepts {one.id} of {one.package} without a reason."
        if everything and one not in found:
            yield f"docs/audit.toml accepts {one.id} of {one.package}, which is no longer found: remove it."


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def pinned() -> list[Path]:
    """Every list of pins in the repository."""
    names = ["ls-files", "requirements.lock", "*package-lock.json"]
    found = subprocess.run(["git", *names], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607  git is where it is
    return [ROOT / name for name in found.stdout.splitlines()]


if __name__ == "__main__":
    sys.exit(main(pinned()))
