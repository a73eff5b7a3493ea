"""The workflow that keeps one patient's pathway alive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.pathway import Pathway
from workflows.entity import EntityHost, EntityStart

PROGRAMME = SearchAttributeKey.for_keyword("CarepathProgramme")
PHASE = SearchAttributeKey.for_keyword("CarepathPhase")
STATUS = SearchAttributeKey.for_keyword("CarepathStatus")
NEXT_DUE = SearchAttributeKey.for_datetime("CarepathNextDue")

SEARCH_ATTRIBUTES = (PROGRAMME, PHASE, STATUS, NEXT_DUE)
"""All that the workflow list may know. Nothing here says who the patient is."""


@workflow.defn(name="PatientPathway")
class PatientPathway(EntityHost):
    """One patient's pathway, from referral to the end of follow-up."""

    @workflow.init
    def __init__(self, start: EntityStart) -> None:
        super().__init__(start)
        self._shown: dict[str, Any] = {}

    @workflow.run
    async def run(self, start: EntityStart) -> None:  # noqa: ARG002 - Temporal passes it to both
        await self.live()

    def show(self, state: Pathway) -> None:
        changes = [
            *self._change(PROGRAMME, state.programme),
            *self._change(PHASE, state.phase),
            *self._change(STATUS, state.status),
            *self._change(NEXT_DUE, state.next_due_at()),
        ]
        if changes:
            workflow.upsert_search_attributes(changes)

    def _change(
        self, key: SearchAttributeKey[Any], value: str | datetime | None
    ) -> list[SearchAttributeUpdate[Any]]:
        if self._shown.get(key.name) == value:
            return []
        self._shown[key.name] = value
        return [key.value_unset() if value is None else key.value_set(value)]
