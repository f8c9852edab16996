"""Settings: what the environment decides. Names are a promise (`docs/interface.md`)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, ClassVar, Final, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from schemas.addresses import (
    OptionalSecret,
    OptionalSecretUrl,
    Url,
    absent_if_blank,
    archive_address,
    is_loopback,
    safe_url,
)
from schemas.errors import UsageError
from schemas.hosts import Host
from schemas.slack_settings import SlackSettings

OPENROUTER_PUBLIC: Final = Host.OPENROUTER.public_url


class Settings(SlackSettings):
    """Every setting, read once at the edge and passed down."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("tokentide", appauthor=False),
        validation_alias="TOKENTIDE_HOME",
    )
    database_url: OptionalSecret = Field(None, validation_alias="TOKENTIDE_DATABASE_URL")
    archive_url: Annotated[str | None, BeforeValidator(archive_address), BeforeValidator(absent_if_blank)] = (
        Field(None, validation_alias="TOKENTIDE_ARCHIVE_URL")
    )
    reference: Path | None = Field(None, validation_alias="TOKENTIDE_REFERENCE")
    report_url: Annotated[Url | None, BeforeValidator(absent_if_blank)] = Field(
        None, validation_alias="TOKENTIDE_REPORT_URL"
    )
    openrouter_base_url: Url = Field(OPENROUTER_PUBLIC, validation_alias="OPENROUTER_BASE_URL")
    openrouter_api_key: OptionalSecret = Field(None, validation_alias="OPENROUTER_API_KEY")
    openrouter_key_hosts: str = Field("", validation_alias="TOKENTIDE_KEY_HOSTS")
    hf_base_url: Url = Field(Host.HUB.public_url, validation_alias="HF_BASE_URL")
    hf_token: OptionalSecret = Field(None, validation_alias="HF_TOKEN")
    vercel_base_url: Url = Field(Host.VERCEL.public_url, validation_alias="VERCEL_BASE_URL")
    ping_daily_url: OptionalSecretUrl = Field(None, validation_alias="TOKENTIDE_PING_DAILY_URL")
    ping_weekly_url: OptionalSecretUrl = Field(None, validation_alias="TOKENTIDE_PING_WEEKLY_URL")
    ping_deliver_url: OptionalSecretUrl = Field(None, validation_alias="TOKENTIDE_PING_DELIVER_URL")
    made_sample: ClassVar[bool] = False
    """Whether every figure is to be labelled as made."""

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in use (may hold a password: never print it)."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        """Where the embedded database is."""
        return self.home / "tokentide.db"

    @property
    def archive_place(self) -> str:
        """Where payloads are kept as published: the path of a folder, or the address of an object store."""
        return self.archive_url or str(self.home / "archive")

    def with_secrets(self, secrets: dict[str, SecretStr]) -> Self:
        """The same settings with these secrets, by field name.

        Raises:
            UsageError: an address is neither https nor on this machine; names the setting, not the value.
        """
        for name, secret in secrets.items():
            if name.endswith("_url"):
                try:
                    safe_url(secret.get_secret_value())
                except ValueError as error:
                    raise UsageError(f"Setting {name.upper()}: {error}.") from None
        return self.model_copy(update=dict(secrets))

    def ping_url_of(self, flow: str) -> SecretStr | None:
        """The check outside that hears of the runs of a flow: of `daily`, `weekly` and `deliver`."""
        addresses = {
            "daily": self.ping_daily_url,
            "weekly": self.ping_weekly_url,
            "deliver": self.ping_deliver_url,
        }
        return addresses.get(flow)

    def base_url_of(self, host: Host) -> str:
        """The address of an upstream."""
        addresses = {Host.HUB: self.hf_base_url, Host.VERCEL: self.vercel_base_url}
        return addresses.get(host, self.openrouter_base_url)

    def token_for(self, url: str) -> SecretStr | None:
        """The token of the Hub, if it may be sent to `url`: the Hub itself, or this machine."""
        of_the_hub = urlsplit(url).hostname == urlsplit(Host.HUB.public_url).hostname
        return self.hf_token if of_the_hub or is_loopback(url) else None

    def key_for(self, url: str) -> SecretStr | None:
        """The OpenRouter key, if it may be sent to `url`: its own host, this machine, or an allowed host."""
        allowed = {urlsplit(OPENROUTER_PUBLIC).hostname, *self.openrouter_key_hosts.replace(",", " ").split()}
        if is_loopback(url) or urlsplit(url).hostname in allowed:
            return self.openrouter_api_key
        return None


class SampleSettings(Settings):
    """The settings of `--sample` runs: no key, no database and no Slack of the user's reaches them."""

    made_sample: ClassVar[bool] = True

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what the caller passes and nothing else: no environment, no files."""
        return (init_settings,)


_given: ContextVar[Settings | None] = ContextVar("settings", default=None)


@contextmanager
def using(settings: Settings) -> Iterator[None]:
    """Run a block (a manual flow run, a test) under settings that do not come from the environment."""
    token = _given.set(settings)
    try:
        yield
    finally:
        _given.reset(token)


def current_settings() -> Settings:
    """The settings of the surrounding `using` block, else those of the environment.

    Raises:
        UsageError: a setting cannot be meant.
    """
    return _given.get() or load_settings()


_env_file: Path | None = None


def choose_env_file(path: str) -> None:
    """Read settings of this process from a file other than `TOKENTIDE_HOME/.env` (`--env-file`).

    Raises:
        UsageError: there is no such file.
    """
    global _env_file  # noqa: PLW0603  # one command line, one process, one choice
    _env_file = Path(path)
    if not _env_file.is_file():
        raise UsageError(f"--env-file {path}: there is no such file.")


def env_file_in_use() -> Path | None:
    """The file that settings are read from beside the process environment; None if there is none."""
    home = os.environ.get("TOKENTIDE_HOME") or user_data_path("tokentide", appauthor=False)
    env_file = _env_file or Path(home) / ".env"
    return env_file if env_file.is_file() else None


def load_settings() -> Settings:
    """Settings from the process environment, then the chosen env file, else `TOKENTIDE_HOME/.env`.

    Raises:
        UsageError: a setting cannot be meant; names the variable, never its value.
    """
    try:
        return Settings(_env_file=env_file_in_use())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0])
        raise UsageError(f"Setting {name}: {first['msg'].removeprefix('Value error, ')}.") from None
