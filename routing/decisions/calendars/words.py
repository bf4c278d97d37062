"""Words for being away, in titles and categories, in English, Indonesian, German, Spanish, French and Portuguese (I2).

Words count as whole words anywhere in a title, but not where it speaks about leave ("Leave policy review"), or where
the word is part of a name ("Holiday Inn", "rumah sakit"). Letters count without accents.
"""

import re
from unicodedata import combining, normalize

PARTS = re.compile(r"\s[-\u2013\u2014]+\s|\.\s|[:|/,;()\[\]{}!?&+<>\"\u2022\u00b7\u2013\u2014\u201c\u201d\u2192]")
WORD = re.compile(r"\w+")
Words = tuple[str, ...]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[Words]:
    return frozenset(tuple(phrase.split()) for phrase in text.split(","))


OUT_OF_OFFICE = _phrases(
    "out of office,out of the office,outofoffice,ooo,o o o,oof,away from office,away from the office,not in the office,"
    "tidak di kantor,di luar kantor,nicht im buro,nicht im buero,ausser haus,abwesend,abwesenheit,"
    "fuera de oficina,fuera de la oficina,ausente,hors du bureau,hors bureau,absent du bureau,absente du bureau,"
    "fora do escritorio,fora da empresa"
)
CLEAR = OUT_OF_OFFICE | _phrases(
    "pto,on leave,annual leave,sick leave,parental leave,maternity leave,paternity leave,medical leave,family leave,"
    "unpaid leave,day off,days off,time off,off work,off sick,sick day,sick days,on vacation,on holiday,bank holiday,"
    "cuti,libur,liburan,tidak masuk,tidak bekerja,izin sakit,"
    "urlaub,resturlaub,sonderurlaub,bildungsurlaub,urlaubstag,ferien,betriebsferien,krank,krankheit,krankgeschrieben,elternzeit,"
    "freier tag,freie tage,feiertag,uberstundenabbau,"
    "vacaciones,dia libre,dias libres,de baja,baja medica,de permiso,"
    "conge,conges,vacances,en repos,rtt,arret maladie,jour ferie,"
    "ferias,folga,dia livre,dias livres,de licenca,baixa medica,feriado"
)
# these also begin names and plans, so what follows must fit
DOUBTFUL = _phrases(
    "vacation,vacations,holiday,holidays,leave,sick,izin,sakit,permiso,licencia,enfermo,enferma,"
    "absent,absente,malade,licenca,doente"
)
FITS = _words(
    "pribadi nikah menikah duka in at to from until till with and on day days week weeks morning afternoon half "
    "am pm today starts ends monday tuesday wednesday thursday friday saturday sunday di ke dari sampai hingga "
    "pagi siang sore keluarga acara dokter pulang setengah hari im bis von mit a al en hasta con por au aux jusqu "
    "avec ate com em no na para medica familiar medico"
)
ALONE = _phrases("off,away,frei,libre,abs,krank,ill")  # count only as a part of a title of their own
ABOUT = _words(
    "demo demos call calls meeting meetings review reviews policy policies plan plans planning request requests "
    "approval approvals discuss discussion interview workshop training webinar pitch visit kickoff kick sync "
    "standup presentation proposal campaign marketing sales sale promo promotion season party rental rentals inn "
    "resort resorts club homes tour tours package packages booking bookings agency ltd llc inc gmbh corp calendar "
    "tracker form system software management process audit budget onboarding project launch survey brainstorm "
    "client clients customer customers prospect negotiation contract quote handover coverage cover catalogue "
    "catalog shop store rapat kebijakan pengajuan persetujuan permintaan perencanaan diskusi bahas pembahasan "
    "kunjungan pelatihan presentasi penjualan klien pelanggan wawancara sosialisasi usaha proyek tender penawaran "
    "koordinasi planung besprechung antrag antrage termin gesprach richtlinie schulung vorstellung ubergabe "
    "vertretung verkauf messe kunde kunden angebot projekt besuch prasentation abstimmung reunion politica "
    "solicitud planificacion llamada visita presentacion formacion taller entrevista revision cliente clientes "
    "ventas proyecto propuesta campana politique demande planification appel visite atelier entretien vente "
    "conference conferences expo summit exhibition trade ventes projet offre revue reuniao pedido planejamento "
    "planeamento ligacao chamada apresentacao formacao treinamento revisao vendas projeto proposta campanha"
)
BACK = _words("back return returns returned zuruck kembali vuelta regreso retour retorno volta")
# before a word: it is not now, or not at all
NOT_YET = _words(
    "about re regarding before after no not without pre post tentang soal mengenai setelah sebelum bukan tanpa "
    "uber vor nach kein keine ohne sobre antes despues sin avant apres sans sur depois apos sem"
)
HOSPITALS = _words("rumah rs")
LOOKED_BACK = 3  # words


def word_for_away(title: str, names: frozenset[str] = frozenset(), *, is_whole_day: bool = False) -> str:
    """The word in a title that says away, else ""; `names` are the person's own, which may follow it. Of whole days a
    word that may begin a name counts, whatever follows: who has a "Vacation Bali" is away."""
    parts = [WORD.findall(part) for part in PARTS.split(normalize("NFC", title))]
    known = [[plain(word) for word in part] for part in parts]
    is_about = any(ABOUT & set(words) for words in known)
    for written, words in zip(parts, known, strict=True):
        own = [word for word in words if word not in names]
        if is_about and tuple(own) not in OUT_OF_OFFICE:
            continue
        if place := _place(words, names, is_whole_day):
            return " ".join(written[place])
    return ""


def category_for_away(name: str) -> str:
    """The category if it is such a word and nothing else."""
    words = tuple(WORD.findall(plain(name)))
    return name.strip() if words in CLEAR | DOUBTFUL else ""


def says_out_of_office(word: str) -> bool:
    return tuple(WORD.findall(plain(word))) in OUT_OF_OFFICE


def plain(text: str) -> str:
    """Small letters without accents."""
    return "".join(each for each in normalize("NFKD", text.casefold()) if not combining(each))


def _place(words: list[str], names: frozenset[str], is_whole_day: bool) -> slice | None:
    """Where the word stands."""
    own = [number for number, word in enumerate(words) if word not in names]
    if len(own) == 1 and (words[own[0]],) in ALONE:
        return slice(own[0], own[0] + 1)
    for start in range(len(words)):
        for length in (4, 3, 2, 1):
            phrase = tuple(words[start : start + length])
            if len(phrase) < length or phrase not in CLEAR and phrase not in DOUBTFUL:
                continue
            before, after = words[:start], words[start + length : start + length + 1]
            if BACK & set(before) or NOT_YET & set(before[-LOOKED_BACK:]):
                continue
            if phrase == ("sakit",) and HOSPITALS & set(before[-1:]):
                continue
            if phrase in CLEAR or is_whole_day or not after or _fits(after[0], names):
                return slice(start, start + length)
    return None


def _fits(word: str, names: frozenset[str]) -> bool:
    return word in FITS or word in names or word.isdigit() or (word,) in CLEAR | DOUBTFUL
