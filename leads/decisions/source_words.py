"""Words for sources: the key of one, and the source that a new word most likely means."""

import re
import unicodedata
from collections.abc import Mapping

from rapidfuzz import fuzz

UNKNOWN = "unknown"
MAX_LENGTH = 80
LIKE = 85  # percent from which a word is taken for the name of a source
SHORT = {
    "fb": "facebook",
    "ig": "instagram",
    "li": "linkedin",
    "tt": "tiktok",
    "yt": "youtube",
    "wa": "whatsapp",
    "gads": "google ads",
    "adwords": "google ads",
    "sem": "paid search",
    "seo": "organic search",
    "ref": "referral",
    "web": "website",
    "expo": "trade show",
    "pameran": "trade show",
    "rujukan": "referral",
    "situs": "website",
    "formulir": "form",
    "kampanye": "campaign",
}
_NOISE = frozenset(["ad", "ads", "lead", "leads", "form", "forms", "the", "of", "dari", "iklan", "campaign"])
_NOT_IN_KEY, _GAPS = re.compile(r"[^\w\s-]"), re.compile(r"[-\s]+")


def source_key(word: str) -> str:
    """The key of a source with this name, as Django's slugify() makes it; the word of nothing is "unknown"."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    return _GAPS.sub("-", _NOT_IN_KEY.sub("", plain)).strip("-_")[:MAX_LENGTH] or UNKNOWN


def guess_source(key: str, sources: Mapping[str, str]) -> str:
    """The key of the source that this new key most likely means, "" if none is near. `sources` are names by key.

    "fb" and "facebook-lead-ad" mean Facebook Ads; among equals the first by name.
    """
    if key == UNKNOWN:
        return ""
    ours = _words(key)
    likeness = {
        slug: max(_like(ours, _words(source_key(name))), _like(ours, _words(slug))) for slug, name in sources.items()
    }
    best = min(likeness, key=lambda slug: (-likeness[slug], sources[slug], slug), default="")
    return best if best and likeness[best] >= LIKE else ""


def _words(key: str) -> str:
    words = " ".join(SHORT.get(word, word) for word in key.split("-")).split()
    return " ".join(word for word in words if word not in _NOISE) or " ".join(words)


def _like(ours: str, key: str) -> float:
    return fuzz.token_sort_ratio(ours, _words(key))
