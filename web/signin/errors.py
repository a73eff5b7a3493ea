"""Why somebody could not sign in, and what to do about it. None of them names the person."""

from collections.abc import Mapping
from types import MappingProxyType

from web.errors import WebError


class SignInError(WebError):
    """Somebody could not sign in."""

    status = 403
    code = "not_signed_in"


class ProviderUnreachable(SignInError):
    """The identity provider does not answer, or not as OpenID Connect says."""

    status = 503
    code = "provider_unreachable"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "10"})

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The identity provider cannot be used: {what}. Try again a little later; if it stays "
            "so, an administrator compares CAREPATH_OIDC_ISSUER with what the provider publishes."
        )


class ProviderRefused(SignInError):
    """The identity provider itself refused."""

    code = "provider_refused"

    def __init__(self, error: str) -> None:
        super().__init__(
            f"The identity provider did not sign you in (it says {error}). Try again, or ask "
            "whoever looks after your account there."
        )


class SignInLost(SignInError):
    """What comes back does not belong to a sign-in that this browser began."""

    status = 400
    code = "sign_in_lost"

    def __init__(self) -> None:
        super().__init__(
            "This sign-in was not begun in this browser, or more than ten minutes ago. Begin again."
        )


class TokenNotTrusted(SignInError):
    """What the provider says of the person cannot be trusted."""

    code = "token_not_trusted"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"What the identity provider says of you cannot be trusted: {why}. Begin again; if it "
            "stays so, tell an administrator."
        )


class NoRole(SignInError):
    """The person is known, and has no role here."""

    code = "no_role"

    def __init__(self, claim: str) -> None:
        super().__init__(
            "Your account has no role in carepath. An administrator gives it one: the provider "
            f"has to say it in {claim!r}, and CAREPATH_OIDC_ROLES has to know the value."
        )


class NoSuchPersona(SignInError):
    """There is no such persona, or there are none here."""

    status = 404
    code = "no_such_persona"

    def __init__(self) -> None:
        super().__init__("There is no such person in the demo clinic: choose one from the list.")


class PatientsAreReal(SignInError):
    """Personas were asked for beside patients whom no demo invented."""

    code = "patients_are_real"

    def __init__(self) -> None:
        super().__init__(
            "Nobody is let in as a persona here: this log holds patients whom the demo did not "
            "invent. An administrator starts carepath without --personas and connects an identity "
            "provider (CAREPATH_OIDC_ISSUER), or gives the demo a folder of its own (--data-dir)."
        )


class NotThisAddress(SignInError):
    """Nobody has said that browsers reach carepath at this address."""

    status = 400
    code = "not_this_address"

    def __init__(self) -> None:
        super().__init__(
            "Sign in at the address that your organisation gives carepath. An administrator names "
            "it in CAREPATH_PUBLIC_URL."
        )
