"""Commands as a container has them: a read-only system, a user who may nothing, and folders that are all theirs."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# As in the Containerfile.
USER = 10001
RIGHTS = f"setpriv --reuid {USER} --regid {USER} --clear-groups --bounding-set -all --inh-caps -all --no-new-privs"

# Python may lie in a folder that only its owner enters: for the command, a folder stands there that has nothing else.
SHOW = """
mkdir -p "$stand_in" && mount --bind "$python" "$stand_in"
mount -t tmpfs -o mode=755 none "$closed"
mkdir -p "$python" && mount --move "$stand_in" "$python"
"""
CONFINE = """
for folder in $writable; do
    mkdir -p "$folder"
    mount -t tmpfs -o mode=700,uid=$user,gid=$user,size=64m none "$folder"
done
mount --bind -o remount,ro /
cd "$start"
"""


def confined(*command: str, start: Path, writable: Sequence[Path] = (), stand_in: Path) -> list[str]:
    """The command, begun in the folder `start`: it can write to the `writable` ones only, which are empty and small.

    Commands that are to share such a folder are one command of a shell. `stand_in` is a folder to be made.
    """
    python = Path(sys.base_prefix).resolve()
    closed = next((folder for folder in reversed(python.parents) if not folder.stat().st_mode & 0o001), None)
    if os.geteuid() == 0:
        names = {"user": USER, "python": python, "closed": closed, "stand_in": stand_in}
        rights, of_unshare = RIGHTS, []
    else:
        names, closed = {"user": 0}, None
        rights, of_unshare = "setpriv --bounding-set -all --inh-caps -all --no-new-privs", ["--map-root-user"]
    names |= {"start": start, "writable": " ".join(map(str, writable))}
    given = [f"{name}={value}" for name, value in names.items()]
    script = f'set -e\n{SHOW if closed else ""}{CONFINE}exec {rights} "$@"'
    return ["env", *given, "unshare", *of_unshare, "--mount", "sh", "-c", script, "sh", *command]


def can_confine() -> bool:
    """Whether this machine lets us: Linux does, unless it is told not to."""
    try:
        command = ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--mount", "setpriv", "true"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
