"""What processes may be told: carepath's settings, and variables of PostgreSQL and Temporal."""

from workers.settings import Settings

OF_OTHERS = {
    "PGHOST",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "TEMPORAL_API_KEY",
    "TEMPORAL_TLS",
    "TEMPORAL_TLS_CLIENT_CERT_PATH",
    "TEMPORAL_TLS_CLIENT_KEY_PATH",
    "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
    "TEMPORAL_TLS_SERVER_NAME",
}
"""Read by asyncpg and by Temporal's library; the run with servers elsewhere uses those of TLS."""


def known() -> set[str]:
    """Every variable that somebody reads."""
    ours = {
        str(info.validation_alias or f"CAREPATH_{name.upper()}")
        for name, info in Settings.model_fields.items()
    }
    return ours | OF_OTHERS
