"""Property tests are short by default, and the same each time.

CAREPATH_TEST_LONG=1 makes them search for longer, and elsewhere each time.
"""

import os

from hypothesis import HealthCheck, settings

_QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much]

settings.register_profile(
    "short",
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=_QUIET,
)
settings.register_profile(
    "long",
    max_examples=1000,
    stateful_step_count=120,
    deadline=None,
    database=None,
    suppress_health_check=_QUIET,
)
settings.load_profile("long" if os.environ.get("CAREPATH_TEST_LONG") == "1" else "short")
