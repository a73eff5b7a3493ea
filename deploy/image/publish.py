#!/usr/bin/env python
"""Publish the programmes that this release ships, through the API; what is published stays."""

import asyncio
import sys

from workers.embedded.errors import StackError
from workers.embedded.programmes import publish_shipped
from workers.keys import Keys
from workers.settings import Settings


def main() -> int:
    """The exit code: 0 done, 3 refused or not reached. Works beside the API, over loopback."""
    settings = Settings()
    url = f"http://127.0.0.1:{settings.port}"
    try:
        asyncio.run(publish_shipped(url, Keys(settings.keys_dir), settings.logs_dir))
    except (StackError, OSError) as refused:
        sys.stderr.write(f"{refused}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
