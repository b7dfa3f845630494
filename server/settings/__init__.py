"""Every setting Reelgraph has. Nothing else reads the environment."""

import os
import secrets
from functools import cached_property
from pathlib import Path

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from server.settings.database import DatabaseSettings
from server.settings.files import FileSettings
from server.settings.identity import IdentitySettings
from server.settings.limits import LimitSettings
from server.settings.processing import ProcessingSettings
from server.settings.serving import ServingSettings
from server.settings.telemetry import TelemetrySettings

# Where containers have secrets as files, and systemd has credentials: `reelgraph_jwt_secret` and so on.
SECRETS_VARIABLE, SECRETS = "CREDENTIALS_DIRECTORY", Path("/run/secrets")


# Pydantic lists the fields of the last base first.
class Settings(
    TelemetrySettings,
    ProcessingSettings,
    LimitSettings,
    FileSettings,
    IdentitySettings,
    DatabaseSettings,
    ServingSettings,
):
    """Settings come from `REELGRAPH_*` variables, or else from files of these names, in lower case, among the secrets.

    `reelgraph settings` prints them with these descriptions.
    """

    model_config = SettingsConfigDict(env_prefix="REELGRAPH_", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # not used, and named by the library
        file_secret_settings: PydanticBaseSettingsSource,  # would warn where there is no folder
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given, then the environment, then files."""
        folder = Path(os.environ.get(SECRETS_VARIABLE, SECRETS))
        files = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder.is_dir() else ()
        return init_settings, env_settings, *files

    @property
    def logs_all_operations(self) -> bool:
        """Whether each operation leaves a log line."""
        default = "all" if self.environment == "development" else "notable"
        return (self.log_operations or default) == "all"

    @cached_property
    def secret(self) -> str:
        """The HS256 secret, made in the data folder on first use."""
        if self.jwt_secret is not None:
            return self.jwt_secret.get_secret_value()
        return _kept_secret(self.data / "secret")


def _kept_secret(path: Path) -> str:
    if path.exists():
        return path.read_text()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    try:
        draft.write_text(secrets.token_urlsafe(48))
        # A hard link appears whole or not at all, and never over another process's secret.
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first: its secret is the one
    finally:
        draft.unlink()
    return path.read_text()
