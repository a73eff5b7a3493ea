"""ZAN-BPD: the nine criteria of borderline personality disorder, rated for the last week."""

from domain.instruments.instrument import Instrument
from domain.instruments.tallies import total, unworded

ZAN_BPD = Instrument(
    id="zan-bpd",
    version=1,
    title="ZAN-BPD",
    source="Zanarini et al.: Zanarini Rating Scale for Borderline Personality Disorder. J Pers "
    "Disord 2003; 17: 233-242. doi:10.1521/pedi.17.3.233.22147",
    items=unworded(9, highest=4),
    lowest=0,
    highest=36,
    tally=total,
)
