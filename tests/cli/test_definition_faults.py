"""A definition that nobody could keep is refused, each fault by its code and at its own line."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cli.definitions import Wrong, read_definition
from domain.commands.programme import Publish
from domain.commands.registry import read
from domain.decider import Rejected
from domain.events.programme import Published
from domain.programmes.definition import Definition
from domain.programmes.faults_of_figures import BOUNDS, ORDERS, found_at
from domain.programmes.offered import faults, offered
from tests.cli.test_programmes import MBT_G
from tests.domain.histories import SHIPPED

TEXT = MBT_G.read_text()
HIGH = "{acknowledged_within: PT15M, contact_within: PT1H, backstop: P7D}"
FLORIDA = "  - {state: FL, services: [virtual, in_person], since: 2025-01-01}\n"
SERVED = TEXT[TEXT.index("served_states:\n") : TEXT.index("group_kinds:")]
CONSENTS = TEXT[TEXT.index("consents:\n") : TEXT.index("alternatives:")]
FOLLOW_UP = "  - id: follow_up\n    title: Follow-up\n    purpose: follow_up\n"
INTRODUCTION = "    purpose: treatment\n    leads_to: [ongoing]"
LAST_GROUP = TEXT[TEXT.rindex("        in_group: true") : TEXT.index(FOLLOW_UP) + 10]

Change = tuple[str, str]

FAULTS: list[tuple[str, str, list[Change]]] = [
    # The code, what begins the line that it is told at, and what is changed.
    ("truth", "  adult_age:", [("adult_age: 18", "adult_age: yes")]),
    ("truth", "version:", [("version: 1\n", "version: true\n")]),
    ("truth", "    facilitators:", [("facilitators: 2", "facilitators: yes")]),
    ("truth", "    joins_before:", [("joins_before: 2", "joins_before: true")]),
    ("truth", "  - {id: six-months", [("months: 6}", "months: true}")]),
    ("truth", "  retention:", [("{years: 10,", "{years: true,")]),
    ("truth", "  - {id: wsas", [("reliable_change: 8", "reliable_change: yes")]),
    ("no_unit", "  late_after:", [("late_after: PT15M", 'late_after: "01:30:00"')]),
    ("too_few", "    facilitators:", [("facilitators: 2", "facilitators: 1")]),
    (
        "no_follow_up_phase",
        "  follow_up_months:",
        [
            (FOLLOW_UP, ""),
            ("[follow_up]", "[]"),
            ("follow_up: [phq-9, gad-7, wsas, bsl-23]", "follow_up: []"),
        ],
    ),
    (
        "no_follow_up_phase",
        "  follow_up:",
        [(FOLLOW_UP, ""), ("[follow_up]", "[]"), ("[3, 6, 12]", "[]")],
    ),
    (
        "phase_unreachable",
        "  - id: ongoing",
        [
            (INTRODUCTION, INTRODUCTION.replace("ongoing", "")),
            ("[follow_up]", "[ongoing]"),
        ],
    ),
    (
        "no_way_to_discharge",
        "    leads_to: [follow_up]",
        [("    purpose: discharge\n", "    purpose: treatment\n")],
    ),
    (
        "phase_leads_to_itself",
        "    leads_to: [ongoing, discharge]",
        [("[discharge]", "[ongoing, discharge]")],
    ),
    (
        "first_phase_guarded",
        "    enter_when: [consent_given]\n    leave_when",
        [
            (
                "    leave_when: [sessions_completed, f",
                "    enter_when: [consent_given]\n    leave_when: [sessions_completed, f",
            )
        ],
    ),
    (
        "guard_before_treatment",
        "        needs: [ending_is_near]",
        [("[identity_confirmed]", "[ending_is_near]")],
    ),
    (
        "guard_before_treatment",
        "    leave_when: [discharge_planned]",
        [("leave_when: [sessions_completed, found_suitable]", "leave_when: [discharge_planned]")],
    ),
    (
        "guard_before_treatment",
        "    enter_when: [discharge_planned]",
        [("enter_when: [consent_given]", "enter_when: [discharge_planned]")],
    ),
    (
        "guard_before_treatment",
        "      - discharge_planned",
        [("      - found_suitable\n", "      - discharge_planned\n")],
    ),
    (
        "guard_before_treatment",
        "        needs: [discharge_planned]\n        in_group",
        [
            (
                "at_least: 5\n        needs: [consent_given, safety_plan_agreed]",
                "at_least: 5\n        needs: [discharge_planned]",
            )
        ],
    ),
    (
        "session_waits_for_itself",
        "        needs: [found_suitable]",
        [("[identity_confirmed]", "[found_suitable]")],
    ),
    (
        "session_waits_for_itself",
        "        needs: [sessions_completed]",
        [
            (
                "[consent_given, safety_plan_agreed]\n        in_group",
                "[sessions_completed]\n        in_group",
            )
        ],
    ),
    ("joins_after_the_end", "    joins_before: 9", [("joins_before: 2", "joins_before: 9")]),
    ("joins_after_the_end", "    joins_before: 2", [("    meetings: 6\n", "")]),
    ("too_few_meetings", "    meetings: 4", [("meetings: 6", "meetings: 4")]),
    (
        "more_planned_than_held",
        "        planned: 4",
        [("planned: 4\n", "planned: 4\n        at_most: 2\n")],
    ),
    (
        "no_group_gives_it",
        LAST_GROUP,
        [("phases: [ongoing, discharge]", "phases: [ongoing]")],
    ),
    ("too_long", "        length: PT13H", [("length: PT90M", "length: PT13H")]),
    ("backstop_too_early", "    high:", [(HIGH, HIGH.replace("P7D", "PT1M"))]),
    (
        "backstop_too_early",
        "    moderate:",
        [("PT24H, backstop: P7D}\n    low", "PT24H, backstop: PT23H}\n    low")],
    ),
    ("backstop_too_early", "    outside:", [("backstop: P30D", "backstop: P1D")]),
    ("half_signed", "  retention:", [("{years: 10,", "{years: 10, signed_by: X,")]),
    ("half_signed", "  retention:", [("{years: 10,", "{years: 10, signed_on: 2025-01-01,")]),
    ("unknown_state", "  - {state: ZZ", [("state: FL", "state: ZZ")]),
    ("unknown_state", "  retention:", [("by_state: []", "by_state: [{state: QQ, years: 3}]")]),
    (
        "state_served_twice",
        "  - {state: FL, services: [virtual], since: 2026",
        [(FLORIDA, f"{FLORIDA}  - {{state: FL, services: [virtual], since: 2026-01-01}}\n")],
    ),
    (
        "no_state_served",
        "served_states:",
        [(SERVED, "served_states: []\n"), ("[served_states, ", "[")],
    ),
    ("repeated", "  baseline:", [("baseline: [phq-9", "baseline: [phq-9, phq-9")]),
    ("repeated", "  reminders_before_session:", [("[PT48H, PT2H]", "[PT2H, PT2H]")]),
    ("warned_too_early", "    warn_before:", [("warn_before: P7D", "warn_before: P60D")]),
    ("reverified_too_early", "  benefits:", [("reverify_before: P14D", "reverify_before: P91D")]),
    ("fraction", "version:", [("version: 1\n", "version: 1.0\n")]),
    ("fraction", "  - {id: six-months", [("months: 6}", "months: 6.0}")]),
    ("fraction", "  retention:", [("{years: 10,", "{years: 10.0,")]),
    (
        "no_consent_to_treatment",
        "consents:",
        [(CONSENTS, "consents: []\n"), ("served_states, consents,", "served_states,")],
    ),
    (
        "no_consent_to_treatment",
        "  - id: treatment",
        [('version: "1"', 'version: "1"\n    needed_for: virtual')],
    ),
    (
        "high_without_contact",
        "    high:",
        [("contact_within: PT1H, backstop: P7D", "backstop: PT2H")],
    ),
    (
        "guard_holds_anyway",
        "  baseline:",
        [("baseline: [phq-9, gad-7, wsas, bsl-23, c-ssrs]", "baseline: []")],
    ),
    (
        "guard_holds_anyway",
        "    leave_when: [sessions_completed]",
        [("    enter_when: [consent_given]\n", "    leave_when: [sessions_completed]\n")],
    ),
    (
        "guard_holds_anyway",
        "    enter_when: [sessions_completed]",
        [("    enter_when: [ending_is_near]\n", "    enter_when: [sessions_completed]\n")],
    ),
    (
        "guard_holds_anyway",
        "        needs: [sessions_completed]",
        [("planned: 4\n", "planned: 4\n        needs: [sessions_completed]\n")],
    ),
    (
        "guard_before_treatment",
        "      - ending_is_near",
        [("      - found_suitable\n", "      - ending_is_near\n")],
    ),
    (
        "guard_before_treatment",
        "        needs: [ending_is_near]\n        in_group",
        [
            (
                "at_least: 5\n        needs: [consent_given, safety_plan_agreed]",
                "at_least: 5\n        needs: [ending_is_near]",
            )
        ],
    ),
    (
        "discharge_before_treatment",
        "    leads_to: [psychoeducation, introduction, discharge]",
        [("introduction]", "introduction, discharge]")],
    ),
    (
        "follow_up_leads_on",
        "    leads_to: [assessment]",
        [("    purpose: follow_up\n", "    purpose: follow_up\n    leads_to: [assessment]\n")],
    ),
    (
        "follow_up_twice",
        "    purpose: follow_up\n\nmeasures",
        [(FOLLOW_UP, f"{FOLLOW_UP}{FOLLOW_UP.replace('id: follow_up', 'id: later')}")],
    ),
    ("variant_twice", "  - {id: eighteen-months", [("months: 18}", "months: 6}")]),
    (
        "longer_than_treatment",
        "        at_least: 40",
        [("planned: 6\n        at_least: 5", "at_least: 40")],
    ),
    ("more_meetings_than_planned", "    meetings: 7", [("meetings: 6", "meetings: 7")]),
    ("late_after_the_end", "  late_after:", [("late_after: PT15M", "late_after: PT50M")]),
    (
        "ends_before_it_begins",
        "  discharge_planning_before_end:",
        [("before_end: P8W", "before_end: P180D")],
    ),
    (
        "ends_before_it_begins",
        "  completed_at_most_before_end:",
        [("before_end: P2W", "before_end: P26W")],
    ),
    (
        "never_reviewed",
        "  progress_review_every:",
        [("review_every: P12W", "review_every: P26W")],
    ),
    (
        "more_joiners_than_seats",
        "    joiners_per_week:",
        [("joiners_per_week: 2", "joiners_per_week: 9")],
    ),
    ("overdue_after_expiry", "  overdue_after:", [("overdue_after: P1W", "overdue_after: P2W")]),
    ("rounds_overlap", "  answered_within:", [("answered_within: P2W", "answered_within: P5W")]),
    ("asked_between_rounds", "    - {measures: [pcl-5]", [("every: P12W", "every: P3W")]),
    (
        "reminded_before_planned",
        "  reminders_before_session:",
        [("[PT48H, PT2H]", "[P2W, PT2H]"), ("ahead: P8W", "ahead: P2W")],
    ),
    (
        "contacted_before_acknowledged",
        "    high:",
        [("contact_within: PT1H, b", "contact_within: PT14M, b")],
    ),
    ("visited_before_contacted", "    outside:", [("visit_within: P7D", "visit_within: PT23H")]),
    ("too_long", "  notice_for_excuse:", [("excuse: PT24H", "excuse: P3000D")]),
    ("too_long", "  reminders_before_session:", [("[PT48H, PT2H]", "[P15D, PT2H]")]),
    ("too_long", "    opens_before:", [("opens_before: PT30M", "opens_before: P2D")]),
    ("too_short", "    planned_ahead:", [("planned_ahead: P8W", "planned_ahead: P6D")]),
    ("too_long", "    access_within:", [("access_within: P30D", "access_within: P31D")]),
    ("too_many", "  adult_age:", [("adult_age: 18", "adult_age: 180")]),
]


def changed(changes: list[Change]) -> str:
    text = TEXT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


@pytest.mark.parametrize(("code", "beginning", "changes"), FAULTS)
def test_each_fault_has_its_code_and_its_line(
    code: str, beginning: str, changes: list[Change], tmp_path: Path
) -> None:
    file = tmp_path / "programme.yaml"
    file.write_text(changed(changes))
    with pytest.raises(Wrong) as refusal:
        read_definition(file)
    line = file.read_text()[: file.read_text().index(beginning)].count("\n") + 1
    assert (code, line) in [(one.code, one.line) for one in refusal.value.problems]


def test_a_sensible_programme_unlike_those_shipped_is_taken() -> None:
    assert read_definition(Path(__file__).with_name("dbt.yaml")).shortest_treatment.days == 24 * 7


def test_each_bound_and_order_is_of_a_figure_that_definitions_have() -> None:
    """One that is named wrongly would bind nobody."""
    dbt = read_definition(Path(__file__).with_name("dbt.yaml"))
    places = [*BOUNDS, *(place for one in ORDERS for place in (one.figure, one.other))]
    figures = {place: [*found_at(SHIPPED, place), *found_at(dbt, place)] for place in places}
    assert [place for place, found in figures.items() if not found] == []


def test_without_rounds_of_measures_there_is_no_time_between_them(tmp_path: Path) -> None:
    file = tmp_path / "programme.yaml"
    no_rounds = ("progress: [phq-9, gad-7, wsas, bsl-23]", "progress: []")
    file.write_text(changed([no_rounds, ("answered_within: P2W", "answered_within: P5W")]))
    assert read_definition(file).measure_schedule.progress == ()


def test_a_state_may_be_named_again_for_another_service_or_time(tmp_path: Path) -> None:
    file = tmp_path / "programme.yaml"
    once = FLORIDA.replace("virtual, in_person", "virtual").replace("01}", "01, until: 2025-12-31}")
    later = FLORIDA.replace("2025", "2026")
    in_person = FLORIDA.replace("virtual, in_person", "in_person").replace(
        "01}", "01, until: 2025-06-30}"
    )
    file.write_text(changed([(FLORIDA, once + later + in_person)]))
    assert len(read_definition(file).served_states) == len(SHIPPED.served_states) + 2


def test_a_second_assessment_may_be_for_whom_the_programme_suits(tmp_path: Path) -> None:
    """Suitability is decided after the meetings of the first phase."""
    file = tmp_path / "programme.yaml"
    file.write_text(
        changed(
            [
                ("leads_to: [psychoeducation, introduction]", "leads_to: [diagnostics]"),
                (
                    "  - id: psychoeducation\n",
                    (
                        "  - id: diagnostics\n    title: Diagnostics\n    purpose: assessment\n"
                        "    leads_to: [psychoeducation, introduction]\n    sessions:\n"
                        "      - {kind: diagnostic, title: Interview, length: PT60M, at_least: 2, "
                        "needs: [found_suitable]}\n\n  - id: psychoeducation\n"
                    ),
                ),
            ]
        )
    )
    assert read_definition(file).phases[1].id == "diagnostics"


def contradictory() -> Definition:
    groups = SHIPPED.policies.groups.model_copy(update={"facilitators": 1})
    policies = SHIPPED.policies.model_copy(update={"groups": groups})
    return SHIPPED.model_copy(update={"policies": policies})


def test_what_is_offered_as_a_command_is_judged_alike() -> None:
    document = contradictory().model_dump(mode="json")
    with pytest.raises(Rejected, match=r"policies\.groups\.facilitators"):
        read("programme", "publish", {"definition": document})
    with pytest.raises(ValidationError):
        Publish(definition=contradictory())
    assert offered(SHIPPED) == SHIPPED


def test_what_was_published_before_a_rule_came_stays_readable() -> None:
    """The log is never refused: whoever is on that version goes on."""
    published = {
        "at": "2026-01-01T00:00:00Z",
        "definition": contradictory().model_dump(mode="json"),
    }
    assert faults(Published.model_validate(published).definition) == faults(contradictory()) != ()
