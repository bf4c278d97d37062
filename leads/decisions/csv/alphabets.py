"""The encodings that are offered, and the letters of the languages that are written in them."""

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoding:
    """`code` is Python's name; `family` names the languages in LANGUAGES; `prior` is how often it occurs (log10)."""

    code: str
    family: str
    prior: float = 0.0


# The usual one of a region first. Of several that give the same letters, the first is taken.
EIGHT_BIT: Sequence[Encoding] = (
    Encoding("cp1252", "west"),
    Encoding("cp1250", "central", -0.4),
    Encoding("cp1254", "turkish", -0.4),
    Encoding("cp1251", "cyrillic", -0.2),
    Encoding("cp1253", "greek", -0.4),
    Encoding("cp1257", "baltic", -0.4),
    Encoding("cp1255", "hebrew", -0.4),
    Encoding("cp1256", "arabic", -0.4),
    Encoding("cp1258", "vietnamese", -1.0),
    Encoding("cp874", "thai", -0.4),
    Encoding("iso8859-15", "west", -0.8),
    Encoding("iso8859-1", "west", -0.6),
    Encoding("iso8859-2", "central", -0.6),
    Encoding("iso8859-9", "turkish", -0.6),
    Encoding("mac_roman", "west", -0.5),
    Encoding("mac_latin2", "central", -2.2),
    Encoding("mac_turkish", "turkish", -2.2),
    Encoding("cp850", "west", -0.7),
    Encoding("cp437", "west", -0.8),
    Encoding("cp852", "central", -1.2),
    Encoding("cp857", "turkish", -2.0),
    Encoding("koi8-r", "cyrillic", -1.0),
    Encoding("cp866", "cyrillic", -1.2),
)
WIDE: Sequence[Encoding] = (
    Encoding("gb18030", "han"),
    Encoding("cp932", "japanese"),
    Encoding("big5", "han", -0.2),
    Encoding("cp949", "korean", -0.4),
    Encoding("euc_jp", "japanese", -0.8),
)
UNICODE = ("utf-8", "utf-16")
REPAIRS = ("cp1252", "cp1250", "cp1254", "mac_roman")  # by which UTF-8 was read before it was saved again
TWICE = "utf-8+"  # before the name of a repair


def encoding_named(name: str) -> str:
    """Our name for an encoding that a person calls "windows-1254" or "Latin-1"; "" for one that is not offered."""
    try:
        found = codecs.lookup(name.strip()).name.replace("_", "-")
    except LookupError:
        return ""
    codes = (*UNICODE, *(each.code for each in (*EIGHT_BIT, *WIDE)))
    return next((code for code in codes if codecs.lookup(code).name.replace("_", "-") == found), "")


# The letters outside ASCII of each language, the most frequent first.
LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "west": {
        "German": "üäöß",
        "French": "éèàêçôâîëïûùœæ",
        "Spanish": "óáíéñúü",
        "Portuguese": "ãáéçíóêõâúôà",
        "Italian": "àèòùéì",
        "Danish": "øåæ",
        "Swedish": "äöåé",
        "Dutch": "ëéèïü",
        "Icelandic": "áíðéóöþúýæ",
    },
    "central": {
        "Polish": "łóąęśżćńź",
        "Czech": "íáěéřčžýšůúňťóď",
        "Slovak": "áíéčýžšľúťňôäóďŕĺ",
        "Hungarian": "áéőóíöüúű",
        "Romanian": "ăşţâî",
        "Croatian": "čšžćđ",
        "German": "üäöß",
    },
    "turkish": {"Turkish": "ıüşğçöİâî"},
    "baltic": {"Lithuanian": "šžėūąčįęų", "Latvian": "āīšēņļžūčķģ", "Estonian": "äõüöšž"},
    "vietnamese": {"Vietnamese": "đưâôơăêáàãéèíóòõúùý\u0301\u0300\u0309\u0323\u0303"},
    "cyrillic": {
        "Russian": "оаеинтсрвлкмдпуяыьгзбчйхжшюцщэфёъ",
        "Ukrainian": "оаніивертслкудмпзяьбгйхчїцєюжшфщґ",
        "Bulgarian": "аоиентрсвлкдпмзгубячъщжшцхйфюь",
        "Serbian": "аоиенртскувдмлпјзгбљчњшцжћђхџфї",
    },
    "greek": {"Greek": "αοιετσνηυρπκμλςωόίγδάέθήχύφώξβζψ"},
    "hebrew": {"Hebrew": "יוהלאמרבתשנכקדםפעחטגצזסןךףץ"},
    "arabic": {"Arabic": "اليمنرتوبةدسعفهكقحجشطصخأذضىزثغءئإظؤآپچژگ", "Persian": "ایرنهدمتوسبلکشزفگعخحجقصپآچطغذضثظژ"},
    "thai": {"Thai": "านรกอเงมยวลดทสตะปบคหจพชขใแโไผถซณศธภฟญษฐฉ" + "".join(map(chr, range(0xE31, 0xE4F)))},
}
