"""From bytes as published to frames that can be trusted; a row that is not understood is set apart."""

from tasks.normalize.catalogue import NormalizedCatalogue, normalize_catalogue
from tasks.normalize.listings import NormalizedListings, normalize_listings
from tasks.normalize.rankings import Normalized, normalize

__all__ = [
    "Normalized",
    "NormalizedCatalogue",
    "NormalizedListings",
    "normalize",
    "normalize_catalogue",
    "normalize_listings",
]
