"""The Chromium that the machine has, or may install."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

NOT_HERE = "no Chromium is here, and none may be installed (Debian: apt-get install chromium)"

INSTALLING = (
    ["apt-get", "update", "--quiet"],
    ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium"],
)


def chromium() -> str | None:
    """The path of the first that is found, if any is."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def ensure_chromium() -> str | None:
    """The same; where none is found, Debian's is installed if this process may do that."""
    found = chromium()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in INSTALLING:
            if subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode:
                return None
        found = chromium()
    return found
