"""Sharing records with the primary care provider, unless the patient chooses to opt out."""

from domain.commands.access import NamePcp, OptInToSharing, OptOutOfSharing, ShareRecord
from domain.decider import Context, Reason, require
from domain.events.access import PcpNamed, RecordShareAsked, SharingOptedIn, SharingOptedOut
from domain.events.pathway import PathwayEvent
from domain.pathway import guards, keeping
from domain.pathway.state import Pathway


def sharing_guards(pathway: Pathway) -> list[Reason | None]:
    """It is the patient's choice at any time, after the pathway has closed too."""
    return [guards.referred(pathway), keeping.not_erased(pathway)]


def not_opted_out(pathway: Pathway) -> Reason | None:
    if not pathway.sharing.opted_out:
        return None
    return Reason(code="opted_out_already", message="The patient has opted out already.")


def opted_out(pathway: Pathway) -> Reason | None:
    if pathway.sharing.opted_out:
        return None
    return Reason(code="not_opted_out", message="The patient has not opted out of sharing.")


def pcp_named(pathway: Pathway) -> Reason | None:
    if pathway.sharing.pcp:
        return None
    return Reason(code="pcp_not_named", message="Name the patient's primary care provider first.")


def opt_out_of_sharing(
    pathway: Pathway, _command: OptOutOfSharing, context: Context
) -> list[PathwayEvent]:
    """Nothing is sent from now on, whatever was asked for before."""
    require(*sharing_guards(pathway), not_opted_out(pathway))
    return [SharingOptedOut(at=context.now)]


def opt_in_to_sharing(
    pathway: Pathway, _command: OptInToSharing, context: Context
) -> list[PathwayEvent]:
    """What is asked for from now on is sent again; what was suppressed stays so."""
    require(*sharing_guards(pathway), opted_out(pathway))
    return [SharingOptedIn(at=context.now)]


def name_pcp(pathway: Pathway, command: NamePcp, context: Context) -> list[PathwayEvent]:
    """Who the primary care provider is, or is now."""
    require(*sharing_guards(pathway))
    return [PcpNamed(at=context.now, pcp=command.pcp)]


def share_record(pathway: Pathway, command: ShareRecord, context: Context) -> list[PathwayEvent]:
    """A document is to be sent. An opt-out is not looked at here but when it is sent."""
    require(*sharing_guards(pathway), pcp_named(pathway))
    share = len(pathway.sharing.shares) + 1
    return [RecordShareAsked(at=context.now, share=share, what=command.what)]
