"""The web app's settings: what is wrong is told in one line that names the variable."""

import json
import os
import subprocess

import pytest

from server.node import node
from server.web_build import WEB_APP

GOOD = {
    "REELGRAPH_WEB_SECRET": "a secret of these tests, long enough",
    "REELGRAPH_WEB_URL": "https://videos.example",
    "REELGRAPH_WEB_OIDC_ISSUER": "https://issuer.example",
    "REELGRAPH_WEB_OIDC_CLIENT_ID": "reelgraph",
}
WRONG = [
    ("REELGRAPH_WEB_SECRET", ""),
    ("REELGRAPH_WEB_SECRET", "short"),
    ("REELGRAPH_WEB_URL", "videos.example"),
    ("REELGRAPH_WEB_URL", "http://videos.example"),
    ("REELGRAPH_WEB_URL", "https://videos.example/app"),
    ("REELGRAPH_WEB_PORT", "http"),
    ("REELGRAPH_WEB_PORT", "70000"),
    ("REELGRAPH_API_URL", "file:///etc/passwd"),
    ("REELGRAPH_API_URL", "https://user:password@api.example"),
    ("REELGRAPH_WEB_OIDC_ISSUER", ""),
    ("REELGRAPH_WEB_OIDC_ISSUER", "issuer"),
    ("REELGRAPH_WEB_OIDC_ISSUER", "http://issuer.example"),
    ("REELGRAPH_WEB_OIDC_CLIENT_ID", ""),
    ("REELGRAPH_WEB_OIDC_SCOPE", "profile"),
    ("REELGRAPH_WEB_OIDC_CLIENT_AUTHENTICATION", "by hand"),
    ("REELGRAPH_WEB_DEMO_TOKEN", "eyJ"),
]
SAY = """
import { settingsFrom } from './src/server/settings.ts';
const said = JSON.parse(process.argv[1]).map((variables) => {
  try {
    return settingsFrom(variables).publicUrl.origin;
  } catch (error) {
    return error.message;
  }
});
console.log(JSON.stringify(said));
"""


def test_each_wrong_setting_is_named(built: None) -> None:
    cases = [GOOD | {name: value} for name, value in WRONG]
    command = [str(node()), "--input-type=module", "--eval", SAY, json.dumps([GOOD, *cases])]
    ran = subprocess.run(command, cwd=WEB_APP.package, capture_output=True, text=True, check=True, timeout=60)
    good, *said = json.loads(ran.stdout)
    assert good == "https://videos.example"
    for (name, value), line in zip(WRONG, said, strict=True):
        assert name in line, (name, value, line)
        assert "\n" not in line
        assert "password" not in line.replace("no password", "")


@pytest.mark.parametrize(("name", "value"), [("REELGRAPH_WEB_OIDC_ISSUER", "nonsense"), ("REELGRAPH_WEB_PORT", "0")])
def test_a_wrong_setting_ends_the_process_with_that_line(name: str, value: str, built: None) -> None:
    env = {**os.environ, **GOOD, name: value}
    ended = subprocess.run(
        [node(), "serve.ts"], cwd=WEB_APP.package, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith(name)


def test_secrets_can_be_files(tmp_path_factory: pytest.TempPathFactory, built: None) -> None:
    folder = tmp_path_factory.mktemp("secrets")
    for name in ("REELGRAPH_WEB_SECRET", "REELGRAPH_WEB_OIDC_CLIENT_SECRET"):
        (folder / name.lower()).write_text(f"{name} in a file of its own\n")
    env = {**os.environ, **GOOD, "CREDENTIALS_DIRECTORY": str(folder)}
    env.pop("REELGRAPH_WEB_SECRET")
    say = "import { settings } from './src/server/settings.ts'; const { secret, oidc } = settings();"
    command = [str(node()), "--input-type=module", "--eval", f"{say} console.log(secret, oidc.clientSecret);"]
    told = subprocess.run(command, cwd=WEB_APP.package, env=env, capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == (
        "REELGRAPH_WEB_SECRET in a file of its own REELGRAPH_WEB_OIDC_CLIENT_SECRET in a file of its own"
    )
