"""How people sign in, as the settings say."""

from web.services import SigningIn
from web.sessions import Lasting
from web.signin.trusted import Trusted
from workers.settings import Settings


def signing_in(settings: Settings) -> SigningIn:
    """Raises `OSError` if the file of the client's secret cannot be read."""
    return SigningIn(
        public_url=settings.public_url,
        trusted=_trusted(settings),
        personas=settings.personas,
        lasting=Lasting(idle=settings.session_idle, at_most=settings.session_at_most),
    )


def _trusted(settings: Settings) -> Trusted | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    secret = settings.oidc_client_secret_file
    return Trusted(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=secret.read_text(encoding="utf-8").strip() if secret else None,
        title=settings.oidc_title,
        scopes=tuple(settings.oidc_scopes.split()),
        subject_claim=settings.oidc_subject_claim,
        name_claim=settings.oidc_name_claim,
        role_claim=settings.oidc_role_claim,
        clinician_claim=settings.oidc_clinician_claim,
        roles=settings.oidc_roles,
    )
