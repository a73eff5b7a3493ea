"""What can go wrong with a view, and what to do then."""


class ProjectionError(Exception):
    """The base of every error that the views raise."""


class ViewStopped(ProjectionError):
    """A view cannot take in one event, and has not passed it. No patient data stands in here.

    `seq` and `type` are the event's, `error` is the class of what its handler raised.
    """

    def __init__(self, view: str, seq: int, event_type: str, error: str) -> None:
        super().__init__(
            f"view {view} stopped before event {seq} ({event_type}): its handler raised {error}; "
            f"correct the handler and start carepath again, or run: carepath views rebuild {view}"
        )
        self.view = view
        self.seq = seq
        self.type = event_type
        self.error = error


class RebuildUnderWay(ProjectionError):
    """Another process builds this view anew."""

    def __init__(self, view: str) -> None:
        super().__init__(
            f"view {view} is being rebuilt by another process: wait until it has finished"
        )
        self.view = view


class ViewUnknown(ProjectionError):
    """There is no view of this name."""

    def __init__(self, view: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no view {view!r}; there are: {', '.join(known)}")
        self.view = view
        self.known = known


class ViewAbsent(ProjectionError):
    """The view has not been built in this database."""

    def __init__(self, view: str) -> None:
        super().__init__(
            f"view {view} has not been built yet: start the projector, "
            f"or run: carepath views rebuild {view}"
        )
        self.view = view


class ViewOutdated(ViewAbsent):
    """The tables that readers see are another version's: this code cannot read their rows."""

    def __init__(self, view: str) -> None:
        ProjectionError.__init__(
            self,
            f"view {view} is being built anew for this version of carepath: try again shortly; "
            "if that lasts, see what `carepath views list` says of it",
        )
        self.view = view


class Overtaken(ProjectionError):
    """Somebody else has moved the view on meanwhile; nothing was written. Read its checkpoint."""

    def __init__(self, schema: str, seq: int) -> None:
        super().__init__(f"{schema} has left seq {seq}: read its checkpoint and go on from there")
        self.schema = schema
        self.seq = seq


class Superseded(ProjectionError):
    """The view was rebuilt by another version of carepath, to whose tables we cannot write."""

    def __init__(self, view: str) -> None:
        super().__init__(
            f"view {view} was rebuilt by another version of carepath: "
            "end this process, or start it again to rebuild the view for this version"
        )
        self.view = view


class CheckOvertaken(ProjectionError):
    """The view moved on during every attempt to compare it."""

    def __init__(self, view: str) -> None:
        super().__init__(f"view {view} changes faster than it can be compared: check it again")
        self.view = view
