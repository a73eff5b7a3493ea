"""WSAS: how much work, home, leisure and relationships suffer.

Nobody has published a reliable change that is generally used: a programme may set one.
Version 1 asked for every item; since version 2 one may be left out.
"""

from domain.instruments.instrument import Band, Instrument, MissingItems
from domain.instruments.tallies import total, unworded

WSAS = Instrument(
    id="wsas",
    version=2,
    title="WSAS",
    source="Mundt, Marks, Shear, Greist: The Work and Social Adjustment Scale. Br J Psychiatry "
    "2002; 180: 461-464. doi:10.1192/bjp.180.5.461",
    items=unworded(5, highest=8),
    lowest=0,
    highest=40,
    tally=total,
    missing_items=MissingItems(
        at_most=1,
        source="NHS Data Dictionary, Work and Social Adjustment Scale Score: the mean of the "
        "others stands for one missing item, or for work where it does not apply",
    ),
    bands=(Band(0, "subclinical"), Band(10, "significant"), Band(21, "severe")),
)
