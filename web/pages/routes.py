"""Every page, in one list that the application takes in."""

from fastapi import APIRouter, Depends, FastAPI

from web.pages import (
    calendars,
    caseload,
    clinicians,
    clinicians_on_call,
    discharge,
    entity,
    live,
    operations,
    preferences,
    proof,
    referral,
    safety_board,
    saved_views,
    static,
    today,
    today_doing,
    today_sessions,
    waitlist,
    waitlist_offer,
)
from web.pages.audit import backtest as audit_backtest
from web.pages.audit import clinic as audit_clinic
from web.pages.audit import conformance as audit_conformance
from web.pages.audit import export as audit_export
from web.pages.audit import reports as audit_reports
from web.pages.audit import steps as audit_steps
from web.pages.audit import why as audit_why
from web.pages.changes import Changes
from web.pages.charts import page as charts
from web.pages.clinic import Clinics, note_clinic
from web.pages.forms import page as forms
from web.pages.groups import page as groups
from web.pages.individual import page as individual
from web.pages.kept import Kept
from web.pages.lateness import note_standing
from web.pages.outcomes import page as outcomes
from web.pages.patient import page as patient
from web.pages.programme_map import page as programme_map
from web.pages.questionnaire import page as questionnaire
from web.pages.running import page as running
from web.pages.streams import Streams
from web.pages.trouble import show_trouble
from web.services import Services

PAGES = (
    today,
    today_doing,
    today_sessions,
    safety_board,
    operations,
    caseload,
    saved_views,
    waitlist,
    waitlist_offer,
    clinicians_on_call,
    discharge,
    clinicians,
    patient,
    individual,
    groups,
    running,
    questionnaire,
    forms,
    entity,
    preferences,
    calendars,
    referral,
    outcomes,
    programme_map,
    charts,
    audit_steps,
    audit_why,
    audit_reports,
    audit_conformance,
    audit_backtest,
    audit_export,
    audit_clinic,
    proof,
)
"""The modules whose `router` serves pages, each within the clinic's frame."""


def add_pages(app: FastAPI) -> None:
    """Have the application serve every page, and what they are made of."""
    services: Services = app.state.services
    app.state.clinics = Clinics()
    app.state.changes = Changes(services.pool, services.ready)
    app.state.streams = Streams(services.store, services.now)
    app.state.kept = Kept(services.pool, services.now)
    frame = [Depends(note_clinic), Depends(note_standing)]
    in_frame = APIRouter(include_in_schema=False, dependencies=frame)
    for module in PAGES:
        in_frame.include_router(module.router)
    app.include_router(in_frame)
    app.include_router(live.router, include_in_schema=False)
    app.include_router(static.router)
    show_trouble(app)
