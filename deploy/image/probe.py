#!/usr/bin/env python
"""Ask the process beside this one how it is: `probe.py healthz` or `probe.py readyz`.

It goes over loopback, where alone the process listens; the exit code is 0 if the answer is yes.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

ANSWERS_WITHIN_SECONDS = 4
PATHS = ("healthz", "readyz")
OK = 200


def main(arguments: list[str]) -> int:
    """0 yes, 1 no or no answer, 2 misused."""
    if arguments not in ([path] for path in PATHS):
        sys.stderr.write(f"say one of {', '.join(PATHS)}\n")
        return 2
    port = int(os.environ["CAREPATH_METRICS_PORT"])
    connection = HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN_SECONDS)
    try:
        connection.request("GET", f"/{arguments[0]}")
        return int(connection.getresponse().status != OK)
    except (OSError, HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
