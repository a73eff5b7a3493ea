"""Who arranged that another system is told of the log: a way out for what it says of patients.

Who it was and when stand in the envelope. No secret is here, nor where one is kept.
"""

from typing import Annotated, Literal

from pydantic import Field

from domain.events.base import Event
from domain.value import Name

SubscriptionChange = Literal[
    "added", "paused", "resumed", "rewound", "secrets_exchanged", "removed"
]


class SubscriptionChanged(Event):
    """What was done to a receiver, and what it is told of from then on, or was until then.

    `host` is where it is sent to, without path and query; none if it fetches. `types` are event
    types or kinds, none is all; `sees` the permissions by which it reads content; `position` the
    log's seq after which it goes on.
    """

    subscription: Name
    change: SubscriptionChange
    host: Name | None = None
    types: tuple[Name, ...] = ()
    sees: tuple[Name, ...] = ()
    position: Annotated[int, Field(ge=0)]
