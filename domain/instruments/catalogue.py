"""Every instrument that carepath can score, by the id that a programme's measures use."""

from collections.abc import Mapping

from domain.instruments.bsl_23 import BSL_23
from domain.instruments.c_ssrs import C_SSRS
from domain.instruments.core_10 import CORE_10
from domain.instruments.gad_7 import GAD_7
from domain.instruments.instrument import Instrument
from domain.instruments.itq import ITQ
from domain.instruments.pcl_5 import PCL_5
from domain.instruments.phq_9 import PHQ_9
from domain.instruments.rfq_8 import RFQ_8
from domain.instruments.wsas import WSAS
from domain.instruments.zan_bpd import ZAN_BPD

INSTRUMENTS: Mapping[str, Instrument] = {
    instrument.id: instrument
    for instrument in (
        PHQ_9,
        GAD_7,
        PCL_5,
        C_SSRS,
        ITQ,
        WSAS,
        BSL_23,
        ZAN_BPD,
        CORE_10,
        RFQ_8,
    )
}
