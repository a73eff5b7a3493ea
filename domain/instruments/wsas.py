"""WSAS: how much work, home, leisure and relationships suffer."""

from domain.instruments.instrument import Band, ChangeRule, Instrument
from domain.instruments.tallies import total, unworded

WSAS = Instrument(
    id="wsas",
    version=1,
    title="WSAS",
    source="Mundt, Marks, Shear, Greist: The Work and Social Adjustment Scale. Br J Psychiatry "
    "2002; 180: 461-464. doi:10.1192/bjp.180.5.461",
    items=unworded(5, highest=8),
    lowest=0,
    highest=40,
    tally=total,
    bands=(Band(0, "subclinical"), Band(10, "significant"), Band(21, "severe")),
    change=ChangeRule(reliable=8, source="A policy: 8 points, until a clinician signs it off"),
)
