"""Which key goes where: never to a host that it is not for."""

from urllib.parse import urlsplit

from schemas.errors import UnauthorizedError, UsageError
from schemas.settings import Settings


def key_to_send(settings: Settings, url: str) -> str:
    """The OpenRouter key, for a call to `url`.

    Raises:
        UnauthorizedError: there is none, or it may not be sent to that host; says what to set.
        UsageError: it cannot be a key. (A line break in it would be shown by httpx in an error.)
    """
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
    key = secret.get_secret_value().strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError("OPENROUTER_API_KEY holds characters that no key has; copy it again.")
    return key
