"""Names of months, weekdays and zones in English, Indonesian, German, Spanish, French and Portuguese, as plain() of
moments.py writes them."""

from collections.abc import Mapping

_MONTHS = (
    "january januari januar enero janvier janeiro jan ene janv",
    "february februari februar febrero fevrier fevereiro feb fev fevr peb",
    "march maret marz maerz marzo mars marco mar mrt",
    "april abril avril apr abr avr",
    "may mei mai mayo maio",
    "june juni junio juin junho jun",
    "july juli julio juillet julho jul juil",
    "august agustus agosto aout aug agu ags agt ago",
    "september septiembre setiembre septembre setembro sep sept set",
    "october oktober octubre octobre outubro oct okt out",
    "november nopember noviembre novembre novembro nov nop",
    "december desember dezember diciembre decembre dezembro dec des dez dic",
)
_WEEKDAYS = (
    "monday mon senin sen montag mo lunes lun lundi segunda segunda-feira seg",
    "tuesday tue tues selasa sel dienstag di martes mar mardi terca terca-feira ter",
    "wednesday wed rabu rab mittwoch mi miercoles mie mercredi mer quarta quarta-feira qua",
    "thursday thu thur thurs kamis kam donnerstag do jueves jue jeudi jeu quinta quinta-feira qui",
    "friday fri jumat jum freitag fr viernes vie vendredi ven sexta sexta-feira sex",
    "saturday sat sabtu sab samstag sonnabend sa sabado samedi sam",
    "sunday sun minggu min ahad sonntag so domingo dom dimanche dim",
)
# Hours ahead of UTC, only of names that mean one zone everywhere: CST is in America and in China.
ZONES: Mapping[str, int] = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "wib": 7,
    "wita": 8,
    "wit": 9,
    "sgt": 8,
    "myt": 8,
    "jst": 9,
    "cet": 1,
    "cest": 2,
    "mez": 1,
    "mesz": 2,
    "oez": 2,
    "oesz": 3,
    "est": -5,
    "edt": -4,
    "pst": -8,
    "pdt": -7,
}
MONTHS: Mapping[str, int] = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
WEEKDAYS: Mapping[str, frozenset[int]] = {
    name: frozenset(day for day, names in enumerate(_WEEKDAYS) if name in names.split())
    for names in _WEEKDAYS
    for name in names.split()
}
