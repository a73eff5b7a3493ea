"""CORE-10: distress in the last week; item 6 asks about plans to end one's life."""

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
    whole=False,
    tally=total,
    missing_items=MissingItems(
        at_most=1,
        source="CORE System Trust: the mean of the others stands for one missing item in ten",
    ),
    bands=(
        Band(0, "low"),
        Band(11, "mild"),
        Band(15, "moderate"),
        Band(20, "moderately_severe"),
        Band(25, "severe"),
    ),
    cut_off=11,
    risk_item=RiskItem(item="6", at_least=1, source="core-10-item"),
    change=ChangeRule(reliable=6, source="Barkham et al. 2013"),
)
