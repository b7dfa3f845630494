"""Several processes on one port: whichever is asked for metrics tells of all."""

import asyncio
import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from server.telemetry.siblings import Siblings

CHILD = """
import asyncio, sys
from pathlib import Path
from server.telemetry.siblings import Siblings

async def own():
    return b"# HELP a_total Of all.\\n# TYPE a_total counter\\na_total{x=\\"1\\"} 2.0\\n"

async def main():
    async with Siblings(Path(sys.argv[1])).told(own):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


async def one() -> bytes:
    return b'# HELP a_total Of all.\n# TYPE a_total counter\na_total{x="1"} 1.0\n'


def told(exposition: bytes) -> dict[str, float]:
    (family,) = text_string_to_metric_families(exposition.decode())
    assert (family.name, family.type, family.documentation) == ("a", "counter", "Of all.")
    return {sample.labels["process"]: sample.value for sample in family.samples}


async def test_each_process_is_told_of_by_any(tmp_path: Path) -> None:
    folder = tmp_path / "processes"
    siblings = Siblings(folder)
    command = [sys.executable, "-c", CHILD, str(folder)]
    async with siblings.told(one):
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: ASYNC220  it is killed
            assert child.stdout is not None
            assert await asyncio.to_thread(child.stdout.readline) == b"ready\n"
            assert sorted(told(await siblings.all()).values()) == [1, 2]
            assert told(await siblings.all())[str(child.pid)] == 2
            child.kill()
        assert (folder / f"{child.pid}.sock").exists(), "it could not tidy up"
        assert list(told(await siblings.all()).values()) == [1], "who is gone is left out"
        assert not (folder / f"{child.pid}.sock").exists()
    assert not folder.exists()
