"""The Chromium that the machine has."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The path of the first that is found, if any is."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
