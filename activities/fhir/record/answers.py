"""Measures: the questionnaire, what was answered, and the score with how it came about."""

from collections.abc import Iterator

from activities.fhir.record.chart import Chart, Json, Part, coded, instant, own
from domain.corrections import struck_out
from domain.events import pathway as facts
from domain.events.envelope import RecordedEvent
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.instrument import Instrument, Item

LOINC = "http://loinc.org"
QUESTIONNAIRE = "urn:carepath:questionnaire:"

IN_ERROR = "entered-in-error"
"""The status of what was struck out: it is told of, and counts no more."""


def answers(chart: Chart) -> Iterator[Part]:
    """Questionnaire, QuestionnaireResponse, Observation; nothing for who sees no scores."""
    if not chart.shows("score", "answers"):
        return
    taken = [one for one in chart.stream if isinstance(one.event, facts.MeasureRecorded)]
    for measure in dict.fromkeys(_recorded(one).measure for one in taken):
        if measure in INSTRUMENTS:
            yield Part(f"questionnaire-{measure}", questionnaire(INSTRUMENTS[measure]))
    wrong = struck_out(chart.stream)
    for one in taken:
        yield from _of(chart, one, _recorded(one), in_error=one.version in wrong)


def questionnaire(instrument: Instrument) -> Json:
    """The instrument's items; their wording only where it is free."""
    panel = instrument.loinc.panel
    return {
        "resourceType": "Questionnaire",
        "url": f"{QUESTIONNAIRE}{instrument.id}",
        "version": str(instrument.version),
        "title": instrument.title,
        "status": "active",
        "subjectType": ["Patient"],
        **({"code": [{"system": LOINC, "code": panel}]} if panel else {}),
        **({"copyright": instrument.wording.notice} if instrument.wording else {}),
        "item": [_item(instrument, item) for item in instrument.items],
    }


def _item(instrument: Instrument, item: Item) -> Json:
    loinc = instrument.loinc.items.get(item.id)
    said = item.text if instrument.wording else f"Item {item.id}"
    return {
        "linkId": item.id,
        "text": said,
        "type": "integer",
        **({"code": [{"system": LOINC, "code": loinc}]} if loinc else {}),
    }


def _of(
    chart: Chart, one: RecordedEvent, measure: facts.MeasureRecorded, *, in_error: bool
) -> Iterator[Part]:
    answered = measure.scoring is not None and bool(measure.scoring.answers)
    response = f"response-{one.event_id}" if answered and measure.measure in INSTRUMENTS else None
    if response:
        status = IN_ERROR if in_error else _completed(measure)
        yield Part(response, _response(chart, measure, status), one)
    status = IN_ERROR if in_error else "corrected" if measure.corrects else "final"
    yield Part(f"score-{one.event_id}", _score(chart, measure, response, status), one)


def _completed(measure: facts.MeasureRecorded) -> str:
    """What was put right, or was not answered throughout, is amended."""
    whole = measure.scoring is not None and measure.scoring.missing_items == "complete"
    return "completed" if whole and not measure.corrects else "amended"


def _response(chart: Chart, measure: facts.MeasureRecorded, status: str) -> Json:
    given = measure.scoring.answers if measure.scoring else {}
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{QUESTIONNAIRE}{measure.measure}",
        "status": status,
        "subject": chart.ref("patient"),
        "authored": instant(measure.at),
        "item": [
            {"linkId": item, "answer": [{"valueInteger": answer}]} for item, answer in given.items()
        ],
    }


def _score(chart: Chart, measure: facts.MeasureRecorded, response: str | None, status: str) -> Json:
    band = measure.scoring.band if measure.scoring else None
    return {
        "resourceType": "Observation",
        "status": status,
        "category": [coded("http://terminology.hl7.org/CodeSystem/observation-category", "survey")],
        "code": _code(measure.measure),
        "subject": chart.ref("patient"),
        "effectiveDateTime": instant(measure.at),
        "valueQuantity": {
            "value": measure.score,
            "unit": "score",
            "system": "http://unitsofmeasure.org",
            "code": "{score}",
        },
        **({"interpretation": [own("band", band)]} if band else {}),
        **({"derivedFrom": [chart.ref(response)]} if response else {}),
    }


def _code(measure: str) -> Json:
    """The instrument's name, and the LOINC code of its total where it is certain."""
    instrument = INSTRUMENTS.get(measure)
    if instrument is None:
        return {"text": measure}
    total = instrument.loinc.total
    return {**(coded(LOINC, total) if total else {}), "text": instrument.title}


def _recorded(one: RecordedEvent) -> facts.MeasureRecorded:
    if not isinstance(one.event, facts.MeasureRecorded):
        message = f"event {one.seq} records no measure"
        raise TypeError(message)
    return one.event
