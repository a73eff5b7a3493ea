"""GAD-7: anxiety in the last two weeks."""

from domain.instruments.instrument import Band, ChangeRule, Instrument, Loinc
from domain.instruments.phq_9 import WORDING
from domain.instruments.tallies import numbered, total

GAD_7 = Instrument(
    id="gad-7",
    version=1,
    title="GAD-7",
    source="Spitzer, Kroenke, Williams, Löwe: A brief measure for assessing generalized anxiety "
    "disorder. Arch Intern Med 2006; 166: 1092-1097. doi:10.1001/archinte.166.10.1092",
    items=numbered(
        (
            "Feeling nervous, anxious or on edge",
            "Not being able to stop or control worrying",
            "Worrying too much about different things",
            "Trouble relaxing",
            "Being so restless that it is hard to sit still",
            "Becoming easily annoyed or irritable",
            "Feeling afraid as if something awful might happen",
        ),
        highest=3,
    ),
    lowest=0,
    highest=21,
    tally=total,
    bands=(Band(0, "minimal"), Band(5, "mild"), Band(10, "moderate"), Band(15, "severe")),
    cut_off=8,
    change=ChangeRule(
        reliable=4, source="NHS Talking Therapies manual (reliable change, caseness)"
    ),
    wording=WORDING,
    loinc=Loinc(
        panel="69737-5",
        total="70274-6",
        items={
            "1": "69725-0",
            "2": "68509-9",
            "3": "69733-4",
            "4": "69734-2",
            "5": "69735-9",
            "6": "69689-8",
            "7": "69736-7",
        },
    ),
)
