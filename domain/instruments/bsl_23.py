"""BSL-23: borderline symptoms in the last week, as the mean of the items."""

from domain.instruments.instrument import Band, Instrument
from domain.instruments.tallies import mean, unworded

BSL_23 = Instrument(
    id="bsl-23",
    version=1,
    title="BSL-23",
    source="Bohus et al.: The short version of the Borderline Symptom List. Psychopathology 2009; "
    "42: 32-39. Bands: Kleindienst et al., Borderline Personal Disord Emot Dysregul 2020; 7: 11",
    items=unworded(23, highest=4),
    lowest=0,
    highest=4,
    whole=False,
    tally=mean,
    bands=(
        Band(0, "none_or_low"),
        Band(0.28, "mild"),
        Band(1.07, "moderate"),
        Band(1.87, "high"),
        Band(2.67, "very_high"),
        Band(3.47, "extremely_high"),
    ),
)
