"""The words of messages: there for every effect that tells somebody, and neutral."""

import json
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
import yaml
from structlog.testing import capture_logs

from activities.messages import Wording, wording
from activities.words import Language
from domain.deciders import DECIDERS
from domain.events import registry
from domain.events.base import Event
from domain.group.state import Group, Session
from domain.value import Value
from tests import domain as of_domain
from tests.activities.given import NOW

GOLDEN = Path(of_domain.__file__).parent / "golden"
LANGUAGES: tuple[Language, ...] = get_args(Language)
UNSAID = ("therap", "terapia", "depres", "suicid", "risk", "riesgo", "crisis", "group", "grupo")
UNSAID_EITHER = ("mental", "phq", "mbt", "patient", "paciente", "safety", "seguridad", "treatment")
UNSAID_AT_ALL = (*UNSAID, *UNSAID_EITHER, "tratamiento", "score", "psych", "psico", "diagn")
"""What would tell somebody who sees a message what it is about."""


def templates(language: Language) -> list[str]:
    folder = files("activities.messages") / language
    return sorted(one.name.removesuffix(".yaml") for one in folder.iterdir())


def told() -> set[str]:
    """The templates by which any event that was ever written tells somebody."""
    found = set()
    of_entities = [one for one in registry.TYPES if not one.name.startswith("access.")]
    for known in of_entities:
        document = json.loads((GOLDEN / f"{known.name}.v{known.version}.json").read_text())
        event = registry.read(known.name, known.version, document, NOW)
        decider = DECIDERS[known.name.partition(".")[0]]
        for effect in decider.reactions(_in_service(decider.initial(), event), event):
            if effect.port == "notify":
                found.add(effect.template)
    return found


def _in_service(state: Value, event: Event) -> Value:
    """A state in which nothing keeps somebody from being told."""
    standing: dict[str, object] = {
        "status": "active",
        "pathway_id": "pathway-1",
        "programme": "mbt-g@1",
    }
    about = (getattr(event, "session", None), *getattr(event, "sessions", ()))
    if isinstance(state, Group):
        standing["sessions"] = tuple(_session(one) for one in about if isinstance(one, int))
    fields = type(state).model_fields
    return state.model_copy(update={k: v for k, v in standing.items() if k in fields})


def _session(number: int) -> Session:
    length = timedelta(minutes=90)
    return Session(
        number=number, day=NOW.date(), starts_at=NOW, length=length, record_by=NOW + length
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_effect_that_tells_somebody_has_words(language: Language) -> None:
    asked = told()
    assert {"session_reminder", "licence_expiry", "escalation_called"} <= asked
    assert sorted(asked - set(templates(language))) == []


def test_every_language_has_the_same_templates() -> None:
    assert templates("es") == templates("en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", templates("en"))
def test_words_are_neutral_and_fit_into_one_text_message(template: str, language: Language) -> None:
    words = wording(template, language)
    said = f"{words.subject} {words.text} {words.short}".lower()
    assert [one for one in UNSAID_AT_ALL if one in said] == []
    assert len(words.short) <= 160


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", templates("en"))
def test_words_have_no_place_for_a_name(template: str, language: Language) -> None:
    text = (files("activities.messages") / language / f"{template}.yaml").read_text()
    assert not set("{}<>$%") & set(text)
    assert set(yaml.safe_load(text)) == set(Wording.model_fields)


@pytest.mark.parametrize("template", ["of_tomorrow", "../en/notice", "Notice", ""])
def test_a_template_without_words_is_told_as_a_notice_and_logged(template: str) -> None:
    with capture_logs() as logs:
        assert wording(template, "en") == wording("notice", "en")
    assert [one["event"] for one in logs] == ["message_has_no_words"]
