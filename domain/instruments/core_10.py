"""CORE-10: distress in the last week; item 6 asks about plans to end one's life.

Bands after Barkham et al. 2013 and the CORE-10 user manual (Connell, Barkham 2007, CORE System
Trust): healthy up to 5, low-level problems up to 10, and from the cut-off of 11 on mild (11),
moderate (15), moderate to severe (20) and severe (25) distress.
"""

from dataclasses import replace

from domain.instruments.instrument import Band, ChangeRule, Instrument, MissingItems, RiskItem
from domain.instruments.tallies import total, unworded

_POSITIVE = ("2", "3")

CORE_10 = Instrument(
    id="core-10",
    version=1,
    title="CORE-10",
    source="Barkham et al.: The CORE-10. Couns Psychother Res 2013; 13: 3-13. "
    "doi:10.1080/14733145.2012.729069",
    items=tuple(replace(item, reverse=item.id in _POSITIVE) for item in unworded(10, highest=4)),
    lowest=0,
    highest=40,
    tally=total,
    missing_items=MissingItems(
        at_most=1,
        source="CORE System Trust: the mean of the others stands for one missing item in ten",
    ),
    bands=(
        Band(0, "healthy"),
        Band(6, "low"),
        Band(11, "mild"),
        Band(15, "moderate"),
        Band(20, "moderately_severe"),
        Band(25, "severe"),
    ),
    cut_off=11,
    risk_item=RiskItem(item="6", at_least=1, source="core-10-item"),
    change=ChangeRule(reliable=6, source="Barkham et al. 2013"),
)
