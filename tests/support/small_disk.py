"""A disk of 8 MiB, for a process that is to find it full."""

import os
import subprocess
import tempfile
from pathlib import Path

MOUNT = 'mount -t tmpfs -o size=8m none "$0" && exec "$@"'


def on_small_disk(folder: Path, *command: str) -> list[str]:
    """The command, for which `folder` is such a disk, as it is for nobody else."""
    # Only who is not root already has to be made root, of what is theirs.
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *rights, "--mount", "sh", "-c", MOUNT, str(folder), *command]


def can_have_small_disks() -> bool:
    """Whether this machine lets us: Linux does, unless it is told not to."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return subprocess.run(on_small_disk(Path(folder), "true"), capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            return False
