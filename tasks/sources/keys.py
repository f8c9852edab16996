"""Which key goes where: never to a host that it is not for."""

from urllib.parse import urlsplit

from schemas.errors import UnauthorizedError, UsageError
from schemas.hosts import Host
from schemas.settings import Settings


def key_to_send(settings: Settings, host: Host, url: str) -> str | None:
    """The secret of an upstream, for a call to `url`; None where it answers without one and none is set.

    Raises:
        UnauthorizedError: OpenRouter's is needed and not there, or may not be sent to `url`; says what to set.
        UsageError: it cannot be a key. (A line break in it would be shown by httpx in an error.)
    """
    if host is Host.OPENROUTER:
        return _checked(_openrouter_key(settings, url), "OPENROUTER_API_KEY")
    token = settings.token_for(url) if host is Host.HUB else None
    return None if token is None else _checked(token.get_secret_value(), "HF_TOKEN")


def _openrouter_key(settings: Settings, url: str) -> str:
    secret = settings.key_for(url)
    if secret is None and settings.openrouter_api_key is not None:
        raise UnauthorizedError(
            f"The key is not sent to {urlsplit(url).hostname}; "
            "add that host to TOKENTIDE_KEY_HOSTS if it may have it."
        )
    if secret is None:
        raise UnauthorizedError(
            "The Data API needs a key; set OPENROUTER_API_KEY to any OpenRouter key, "
            "or use the keyless exports (--source exports)."
        )
    return secret.get_secret_value()


def _checked(secret: str, name: str) -> str:
    key = secret.strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError(f"{name} holds characters that no key has; copy it again.")
    return key
