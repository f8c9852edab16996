"""The upstreams that are read, and which secret may go to which of them."""

from enum import StrEnum


class Host(StrEnum):
    """An upstream. Its address is a setting, so that tests and replays can point the real client elsewhere."""

    OPENROUTER = "OpenRouter"
    HUB = "Hugging Face Hub"
    VERCEL = "Vercel AI Gateway"

    @property
    def public_url(self) -> str:
        """Where it is unless a setting says otherwise; its secret goes there and to this machine only."""
        return _PUBLIC[self]

    @property
    def address_setting(self) -> str:
        """The name of the setting that holds its address."""
        return _SETTINGS[self]


_SETTINGS = {
    Host.OPENROUTER: "OPENROUTER_BASE_URL",
    Host.HUB: "HF_BASE_URL",
    Host.VERCEL: "VERCEL_BASE_URL",
}
_PUBLIC = {
    Host.OPENROUTER: "https://openrouter.ai/api/v1",
    Host.HUB: "https://huggingface.co/api",
    Host.VERCEL: "https://vercel.com/api",
}
