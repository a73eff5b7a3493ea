"""PHQ-9: depression in the last two weeks, and thoughts of death or self-harm in its item 9."""

from domain.instruments.instrument import (
    Band,
    ChangeRule,
    Instrument,
    Loinc,
    RiskItem,
    Wording,
)
from domain.instruments.tallies import numbered, total

WORDING = Wording(
    stem="Over the last 2 weeks, how often have you been bothered by any of the following "
    "problems?",
    choices=("Not at all", "Several days", "More than half the days", "Nearly every day"),
    notice="Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, "
    "with an educational grant from Pfizer Inc. No permission required to reproduce, translate, "
    "display or distribute.",
)

PHQ_9 = Instrument(
    id="phq-9",
    version=1,
    title="PHQ-9",
    source="Kroenke, Spitzer, Williams: The PHQ-9. J Gen Intern Med 2001; 16: 606-613. "
    "doi:10.1046/j.1525-1497.2001.016009606.x",
    items=numbered(
        (
            "Little interest or pleasure in doing things",
            "Feeling down, depressed, or hopeless",
            "Trouble falling or staying asleep, or sleeping too much",
            "Feeling tired or having little energy",
            "Poor appetite or overeating",
            (
                "Feeling bad about yourself - or that you are a failure or have let yourself or "
                "your family down"
            ),
            "Trouble concentrating on things, such as reading the newspaper or watching television",
            (
                "Moving or speaking so slowly that other people could have noticed? Or the "
                "opposite - being so fidgety or restless that you have been moving around a lot "
                "more than usual"
            ),
            "Thoughts that you would be better off dead or of hurting yourself in some way",
        ),
        highest=3,
    ),
    lowest=0,
    highest=27,
    tally=total,
    bands=(
        Band(0, "minimal"),
        Band(5, "mild"),
        Band(10, "moderate"),
        Band(15, "moderately_severe"),
        Band(20, "severe"),
    ),
    cut_off=10,
    risk_item=RiskItem(item="9", at_least=1, source="phq-9-item-9"),
    change=ChangeRule(
        reliable=6,
        response=0.5,
        source="NHS Talking Therapies manual (reliable change, caseness); "
        "Kroenke 2001 (half of the first score)",
    ),
    wording=WORDING,
    loinc=Loinc(
        panel="44249-1",
        total="44261-6",
        items={
            "1": "44250-9",
            "2": "44255-8",
            "3": "44259-0",
            "4": "44254-1",
            "5": "44251-7",
            "6": "44258-2",
            "7": "44252-5",
            "8": "44253-3",
            "9": "44260-8",
        },
    ),
)
