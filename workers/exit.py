"""The one way out for a process that has imported `temporalio`.

Its native library can crash the interpreter at exit on Python before 3.14, after the work is done
(temporalio/sdk-python issue 300), so the interpreter's own shutdown is skipped.
"""

import contextlib
import logging
import os
import sys
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End this process now with `code`, after writing out everything that is still buffered."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
