"""Find the ISO 3166-1 alpha-2 code of a country name in several languages."""

import gettext
from functools import cache, lru_cache

import pycountry

from leads.decisions.facts.text import folded

# what people say today where the tables of ISO are old, or begin with what is looked up
SPOKEN = {
    "en": {"BQ": "Bonaire, Sint Eustatius and Saba", "SH": "Saint Helena, Ascension and Tristan da Cunha"},
    "id": {
        "BQ": "Bonaire, Sint Eustatius, dan Saba",
        "CD": "Republik Demokratik Kongo",
        "CG": "Kongo",
        "CN": "Tiongkok",
        "CV": "Tanjung Verde",
        "CZ": "Ceko",
        "FM": "Mikronesia",
        "FR": "Prancis",
        "GF": "Guyana Prancis",
        "PF": "Polinesia Prancis",
        "PS": "Palestina",
        "RU": "Rusia",
        "SH": "Saint Helena, Ascension, dan Tristan da Cunha",
        "TF": "Wilayah Selatan Prancis",
        "TL": "Timor Leste",
        "VA": "Vatikan",
        "VI": "Kepulauan Virgin Amerika Serikat",
    },
}
LANGUAGES = ("id", "ms", "es", "pt", "de", "fr", "nl", "it")
SHORT_NAMES = {
    "usa": "US",
    "u s": "US",
    "u s a": "US",
    "america": "US",
    "united states of america": "US",
    "amerika": "US",
    "uk": "GB",
    "u k": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "great britain": "GB",
    "britain": "GB",
    "inggris": "GB",
    "britania raya": "GB",
    "uae": "AE",
    "u a e": "AE",
    "uni emirat arab": "AE",
    "ri": "ID",
    "indonesian": "ID",
    "republik indonesia": "ID",
    "south korea": "KR",
    "korea": "KR",
    "korsel": "KR",
    "korea selatan": "KR",
    "north korea": "KP",
    "korea utara": "KP",
    "russia": "RU",
    "rusia": "RU",
    "china": "CN",
    "cina": "CN",
    "tiongkok": "CN",
    "prc": "CN",
    "hongkong": "HK",
    "hong kong sar": "HK",
    "macau": "MO",
    "vietnam": "VN",
    "laos": "LA",
    "burma": "MM",
    "brunei": "BN",
    "east timor": "TL",
    "timor leste": "TL",
    "malaysia": "MY",
    "singapura": "SG",
    "filipina": "PH",
    "czech republic": "CZ",
    "turkey": "TR",
    "turki": "TR",
    "turkiye": "TR",
    "holland": "NL",
    "the netherlands": "NL",
    "belanda": "NL",
    "jerman": "DE",
    "perancis": "FR",
    "prancis": "FR",
    "swiss": "CH",
    "ivory coast": "CI",
    "cape verde": "CV",
    "swaziland": "SZ",
    "macedonia": "MK",
    "vatican": "VA",
    "palestine": "PS",
    "syria": "SY",
    "iran": "IR",
    "moldova": "MD",
    "bolivia": "BO",
    "venezuela": "VE",
    "tanzania": "TZ",
    "brasil": "BR",
    "espana": "ES",
    "deutschland": "DE",
    "ksa": "SA",
    "arab saudi": "SA",
    "saudi": "SA",
}


@lru_cache(maxsize=4096)
def iso_code(text: str) -> str:
    """Alpha-2 of a code or name ("ID", "idn", "Indonesia", "U.S.A."), or "" when nobody calls a country so."""
    return _codes().get(folded(text), "")


@cache
def country_names(language: str = "en") -> dict[str, str]:
    """What people call each country, by alpha-2 code, in the order of the alphabet; English where nothing else is
    known."""
    spoken = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
    named = {}
    for country in pycountry.countries:
        english = getattr(country, "common_name", "") or country.name
        name = spoken.gettext(english)
        named[country.alpha_2] = " ".join(reversed(name.split(", "))) if ", " in name else name
    named |= SPOKEN.get(language, {})
    return dict(sorted(named.items(), key=lambda pair: folded(pair[1])))


@cache
def _codes() -> dict[str, str]:
    """The code of every known spelling, folded. Earlier sources win: codes, short names, English, other languages."""
    found: dict[str, str] = {}
    countries = list(pycountry.countries)
    for country in countries:
        found[folded(country.alpha_2)] = country.alpha_2
        found[folded(country.alpha_3)] = country.alpha_2
    found.update(SHORT_NAMES)
    for country in countries:
        for name in _names(country):
            found.setdefault(folded(name), country.alpha_2)
    for language in LANGUAGES:
        spoken = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
        for country in countries:
            for name in _names(country):
                found.setdefault(folded(spoken.gettext(name)), country.alpha_2)
    found.pop("", None)
    return found


def _names(country: object) -> list[str]:
    names = [getattr(country, label, "") for label in ("name", "common_name", "official_name")]
    turned = [" ".join(reversed(name.split(", "))) for name in names if ", " in name]  # "Korea, Republic of"
    return [name for name in names + turned if name]
