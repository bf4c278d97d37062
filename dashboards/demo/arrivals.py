"""The leads that arrive in the demo, how often and with which data: one stream for each queue they end up in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dashboards.demo.companies import Crowd
from dashboards.demo.hours import JAKARTA, Hours, drawn
from dashboards.demo.rules import ENTERPRISE, HOT, MQL, RECYCLED, SMB

DESK = "review desk"
CAME_BACK = "Opened the pricing page twice."  # noted by the website, not typed by a person
BY_TOOL = {"campaign", "event", "recycled", "outbound-reply", "purchased-list"}  # a tool hands these over in bundles
TOOLS_START, TOOLS_END = 6, 22  # o'clock; what comes at night is handed over in the morning


@dataclass(frozen=True, slots=True)
class Stream:
    """Leads of an ordinary working day: how many, sources with weights, ranges of company size and engagement."""

    a_day: float
    sources: tuple[tuple[str, int], ...]
    size: tuple[int, int]
    engagement: tuple[int, int]


STREAMS = {
    HOT: Stream(8, (("demo-request", 7), ("trial", 3)), (12, 480), (70, 99)),
    MQL: Stream(
        13, (("campaign", 54), ("trial", 16), ("referral", 14), ("event", 12), ("inbound-form", 4)), (50, 490), (30, 69)
    ),
    SMB: Stream(20, (("campaign", 46), ("inbound-form", 26), ("outbound-reply", 18), ("event", 10)), (4, 49), (40, 85)),
    ENTERPRISE: Stream(
        4, (("inbound-form", 30), ("campaign", 25), ("demo-request", 25), ("referral", 20)), (500, 4200), (30, 95)
    ),
    RECYCLED: Stream(10, (("recycled", 1),), (8, 600), (20, 59)),
    DESK: Stream(5, (("campaign", 50), ("inbound-form", 30), ("event", 20)), (4, 60), (20, 39)),
}
UNIVERSITIES = (
    "Universitas Merbabu",
    "Politeknik Samudra Biru",
    "Universitas Tirta Kencana",
    "Institut Teknologi Arjuna",
)
RIVALS = (("Gudangku Software", "gudangku"), ("StokPintar", "stokpintar"))
FAR_AWAY = (("NL", "Rotterdam"), ("DE", "Hamburg"), ("AU", "Perth"), ("JP", "Osaka"))


class Post:
    """Makes the leads of a stream, and remembers some that come back later."""

    def __init__(self, crowd: Crowd, rng: Random) -> None:
        self.crowd, self.rng = crowd, rng
        self.kept: list[dict[str, str]] = []

    def letter(self, stream: str) -> dict[str, str]:
        if stream == DESK:
            return self._for_the_desk()
        kind = STREAMS[stream]
        names, weights = zip(*kind.sources, strict=True)
        source = self.rng.choices(names, weights)[0]
        company = self.crowd.company(self._size(*kind.size))
        letter = self.crowd.letter(company, source=source, engagement=self.rng.randint(*kind.engagement))
        self.kept = [*self.kept[-400:], letter]
        return letter

    def again(self) -> dict[str, str] | None:
        """A lead of the last days comes back, with more engagement."""
        if len(self.kept) < 50:
            return None
        letter = dict(self.rng.choice(self.kept))
        letter["engagement"] = str(min(99, int(letter["engagement"]) + self.rng.randint(8, 30)))
        letter["message"] = CAME_BACK
        return letter

    def _for_the_desk(self) -> dict[str, str]:
        """A lead that must go to the review desk."""
        rng, crowd = self.rng, self.crowd
        letter = self._plain()
        what = rng.choices(("low", "student", "rival", "twin", "bare", "far"), (40, 14, 8, 14, 12, 12))[0]
        if what == "twin" and not self.kept:
            what = "low"
        if what == "low":
            letter |= {"title": "", "phone": "", "company_size": str(rng.randint(3, 20))}
        elif what == "student":
            letter |= {"company_name": rng.choice(UNIVERSITIES), "title": "Student", "company_size": ""}
        elif what == "rival":
            name, domain = rng.choice(RIVALS)
            letter |= {"company_name": name, "email": f"{letter['first_name']}.{crowd.number}@{domain}.example".lower()}
        elif what == "twin":
            letter = self._twin()
        elif what == "bare":
            bare = {"company_name": letter["company_name"], "city": letter["city"], "source": "event"}
            letter = bare | {"external_id": f"EXPO-{crowd.number:05d}"}
        else:
            country, city = rng.choice(FAR_AWAY)
            letter |= {"country": country, "city": city, "phone": "", "engagement": "85", "company_size": "60"}
        return letter

    def _plain(self) -> dict[str, str]:
        kind = STREAMS[DESK]
        names, weights = zip(*kind.sources, strict=True)
        company = self.crowd.company(self._size(*kind.size))
        source = self.rng.choices(names, weights)[0]
        return self.crowd.letter(company, source=source, engagement=self.rng.randint(*kind.engagement))

    def _twin(self) -> dict[str, str]:
        """The same person at the same company under another address and a middle initial."""
        known = self.rng.choice(self.kept)
        initial = self.rng.choice("ABDHMRSW")
        domain = known["email"].partition("@")[2]
        twin = {key: value for key, value in known.items() if key not in ("message", "deal_size")}
        first_name = f"{known['first_name']} {initial}."
        return twin | {
            "first_name": first_name,
            "email": f"{known['first_name']}{initial}{self.crowd.number}@{domain}".lower(),
            "phone": self.crowd.phone(known["country"]),
        }

    def _size(self, least: int, most: int) -> int:
        """A company size: many small ones, few large ones."""
        return int(least + (most - least) * self.rng.random() ** 2.2)


def arrivals_of_hour(hours: Hours, hour: datetime, rng: Random) -> list[tuple[datetime, str]]:
    """(moment, stream) of everything that arrives in this hour, unsorted."""
    share = hours.intensity(hour)
    found = []
    for stream, kind in STREAMS.items():
        for _number in range(drawn(kind.a_day * share, rng)):
            found.append((hour + timedelta(seconds=rng.uniform(0, 3600)), stream))
    return found


def handed_over(at: datetime, letter: dict[str, str]) -> datetime:
    """When the lead reaches Alur: from forms at once, from tools in bundles at full hours."""
    if letter["source"] not in BY_TOOL:
        return at
    local = at.astimezone(JAKARTA)
    then = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if TOOLS_START <= then.hour < TOOLS_END:
        return then
    night = then.replace(hour=TOOLS_START)
    return night if then.hour < TOOLS_START else night + timedelta(days=1)
