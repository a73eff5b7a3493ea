"""Settings: everything that an environment may change, read once at the edge."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from activities.words import Language, MailSecurity
from domain.actor import Role

LogFormat = Literal["auto", "json", "console"]
Rollout = Literal["alone", "at_once", "by_hand"]
LogLevel = Literal["debug", "info", "warning", "error"]
Port = Annotated[int, Field(ge=0, le=65535)]

CACHED_WORKFLOWS = 1_000
"""How many a worker keeps in memory unless it is told otherwise: some 0.4 GB."""

_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def _kept_from_others(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE):
        return url
    message = "must begin with https://, or with http:// for a server on this machine"
    raise ValueError(message)


def _absolute(path: Path) -> Path:
    if path.is_absolute():
        return path
    message = "must be an absolute path: processes run in folders of their own"
    raise ValueError(message)


File = Annotated[Path, AfterValidator(_absolute)]
"""A file that processes read, wherever they run."""

Url = Annotated[SecretStr, AfterValidator(_kept_from_others)]
"""Where something about patients is sent: encrypted on its way."""


PublicUrl = Annotated[
    str, AfterValidator(lambda url: _kept_from_others(SecretStr(url)).get_secret_value())
]
"""Where browsers reach carepath: a proxy that speaks TLS, or this machine."""

Span = Annotated[timedelta, Field(gt=timedelta(0))]


class SettingMissing(Exception):
    """A process needs a setting that the environment does not give."""

    def __init__(self, variable: str, example: str) -> None:
        super().__init__(f"{variable} is not set: set it, for example to {example}")
        self.variable = variable


class Settings(BaseSettings):
    """What `CAREPATH_*` and the standard `TEMPORAL_*` variables say.

    `database_url` names an external PostgreSQL; without it the embedded one is used. An external
    Temporal is named the way all of Temporal's own tools read it: an address, or a profile of
    its configuration file. Port 0 means any free port. Checkpoints of the log are signed every
    `seal_every` (ISO 8601, such as PT10S) and also go to `anchor_url`, if there is one, by POST.

    A process shows its metrics and its health on `metrics_port`, and sends its traces to
    `otlp_endpoint`, where these are given.

    A worker makes the build that it runs the current one (`rollout`): `at_once` beside workers of
    other builds, `alone` where there are none, or `by_hand` where an operator does it. It keeps
    `max_cached_workflows` in memory; any other is replayed from its history whenever it has
    something to do. Pages of Temporal at the origin `temporal_ui` may have payloads decoded.

    People sign in by the OpenID provider `oidc_issuer`, which sends them back to `public_url`;
    `oidc_roles` (a JSON object) says which value of its `oidc_role_claim` is which role. Sessions
    end after `session_idle` without use and `session_at_most` in all. `personas` lets everybody in
    on this machine, for a demonstration.

    Without `mail_host` and `sms_url`, messages are left in a folder. Without `benefits_url` and
    `share_url`, benefits are verified and records are sent by a person.
    """

    model_config = SettingsConfigDict(
        env_prefix="CAREPATH_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Annotated[Path, AfterValidator(Path.absolute)] = Field(
        default=Path(".carepath"), validate_default=True
    )
    database_url: SecretStr | None = None
    port: Port = 8600
    metrics_port: Port | None = None
    seal_every: timedelta = Field(default=timedelta(seconds=10), gt=timedelta(0))
    anchor_file: Path | None = None
    anchor_url: SecretStr | None = None
    log_format: LogFormat = "auto"
    log_level: LogLevel = "info"

    mail_host: str | None = None
    mail_port: Port = 587
    mail_security: MailSecurity = "starttls"
    mail_from: str | None = None
    mail_user: str | None = None
    mail_password_file: File | None = None
    mail_ca_file: File | None = None
    sms_url: Url | None = None
    sms_secret_file: File | None = None
    sms_token_file: File | None = None
    benefits_url: Url | None = None
    benefits_token_file: File | None = None
    benefits_within: timedelta = Field(default=timedelta(hours=48), gt=timedelta(0))
    share_url: Url | None = None
    share_token_file: File | None = None
    clinic_name: str = "The clinic"
    part_2: bool = False
    language: Language = "en"
    coordinator_email: str | None = None
    coordinator_phone: str | None = None
    supervisor_email: str | None = None
    supervisor_phone: str | None = None

    public_url: PublicUrl | None = None
    personas: bool = False
    session_idle: Span = timedelta(minutes=30)
    session_at_most: Span = timedelta(hours=12)
    oidc_client_id: str | None = None
    oidc_roles: dict[str, Role] = Field(default_factory=dict)
    oidc_issuer: str | None = None
    oidc_client_secret_file: File | None = None
    oidc_title: str = "your organisation's account"
    oidc_scopes: str = "openid profile"
    oidc_subject_claim: str = "sub"
    oidc_name_claim: str = "name"
    oidc_role_claim: str = "roles"
    oidc_clinician_claim: str | None = None

    temporal_address: str | None = Field(default=None, validation_alias="TEMPORAL_ADDRESS")
    temporal_profile: str | None = Field(default=None, validation_alias="TEMPORAL_PROFILE")
    temporal_config_file: Path | None = Field(default=None, validation_alias="TEMPORAL_CONFIG_FILE")
    temporal_ui: str | None = None
    rollout: Rollout = "at_once"
    max_cached_workflows: Annotated[int, Field(gt=0)] = CACHED_WORKFLOWS
    temporal_namespace: str = Field(default="default", validation_alias="TEMPORAL_NAMESPACE")
    otlp_endpoint: str | None = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")

    @model_validator(mode="after")
    def _mail_kept_from_others(self) -> Self:
        if self.mail_host and self.mail_security == "none" and self.mail_host not in _THIS_MACHINE:
            message = "mail_security is none for a server on another machine: say starttls or tls"
            raise ValueError(message)
        return self

    @field_validator("personas")
    @classmethod
    def _personas_on_this_machine(cls, personas: bool, others: ValidationInfo) -> bool:
        public = others.data.get("public_url")
        if personas and public and urlsplit(public).hostname not in _THIS_MACHINE:
            message = (
                "personas let everybody in without a password, so there are none where other "
                "machines reach carepath: unset CAREPATH_PUBLIC_URL or do without personas"
            )
            raise ValueError(message)
        return personas

    @field_validator("oidc_issuer")
    @classmethod
    def _provider_is_whole(cls, issuer: str | None, others: ValidationInfo) -> str | None:
        if issuer is None:
            return None
        _kept_from_others(SecretStr(issuer))
        missing = [one for one in ("oidc_client_id", "oidc_roles") if not others.data.get(one)]
        if missing:
            named = " and ".join(f"CAREPATH_{one.upper()}" for one in missing)
            message = f"with a provider, set {named} too"
            raise ValueError(message)
        return issuer

    @property
    def port_is_chosen(self) -> bool:
        """Somebody asked for this very port, so no other will do."""
        return "port" in self.model_fields_set and self.port != 0

    @property
    def required_database_url(self) -> str:
        """The database of a process that cannot start one itself. Raises `SettingMissing`."""
        if self.database_url is None:
            raise SettingMissing("CAREPATH_DATABASE_URL", "postgresql://USER@HOST:5432/DATABASE")
        return self.database_url.get_secret_value()

    @property
    def temporal_is_external(self) -> bool:
        return any((self.temporal_address, self.temporal_profile, self.temporal_config_file))

    @property
    def anchor_path(self) -> Path:
        """The file that keeps checkpoints: best where the database's owner cannot write."""
        return self.anchor_file or self.data_dir / "anchors" / "checkpoints.jsonl"

    def anchor_kept(self) -> Path | None:
        """The file of checkpoints that this installation keeps, once there is one."""
        return self.anchor_path if self.anchor_path.exists() else None

    @property
    def outbox_dir(self) -> Path:
        return self.data_dir / "outbox"

    @property
    def calendars_dir(self) -> Path:
        return self.data_dir / "calendars"

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    @property
    def logs_dir(self) -> Path:
        return self.data_dir / "logs"

    @property
    def keys_dir(self) -> Path:
        return self.data_dir / "keys"

    @property
    def postgres_dir(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def temporal_db(self) -> Path:
        return self.data_dir / "temporal.db"
