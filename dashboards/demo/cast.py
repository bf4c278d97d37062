"""The people, teams, rotations and queues of the demo's company."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from dashboards.demo.rules import ENTERPRISE, HOT, MQL, RECYCLED, RULES, SMB
from dashboards.demo.website import make_form
from leads.models import Account
from queues.actions.set_up.run import add_entry_rules, add_score_rules, add_sources, add_tiers
from queues.models import Queue
from routing.models import Rep, Rotation, RotationMember, Team
from routing.roles import MANAGERS, REPS, SALES_OPS

PASSWORD = "sungai-bukan-kolam"  # for all accounts of the demo
DOMAIN = "alur.example"
CAPACITY, SMALL_CAPACITY = 15, 8


@dataclass(frozen=True, slots=True)
class Person:
    """A rep and his or her habits: median minutes to first contact, share of forgotten leads, eagerness to take
    leads."""

    first_name: str
    last_name: str
    joined_on: date
    minutes: int
    forgets: float
    eagerness: float
    likes_batches: bool = False
    capacity: int = CAPACITY

    @property
    def user_name(self) -> str:
        return user_name_of(self.first_name)


RINA = Person("Rina", "Hartono", date(2023, 2, 6), 13, 0.0, 1.3, capacity=SMALL_CAPACITY)
MARIA = Person("Maria", "Gunawan", date(2021, 8, 2), 18, 0.01, 1.2, capacity=30)
DAVID = Person("David", "Siregar", date(2022, 1, 10), 30, 0.03, 1.0, capacity=30)
HADI = Person("Hadi", "Nugroho", date(2020, 5, 4), 22, 0.01, 0.8, capacity=30)
EMILY = Person("Emily", "Chen", date(2022, 6, 1), 15, 0.01, 1.0)
PUTRI = Person("Putri", "Nasution", date(2026, 3, 2), 20, 0.01, 0.8)
SARAH = Person("Sarah", "Tan", date(2021, 3, 15), 24, 0.02, 0.9)
AGUNG = Person("Agung", "Wijaya", date(2023, 9, 11), 40, 0.03, 0.6)
CARLOS = Person("Carlos", "Mendes", date(2024, 4, 1), 48, 0.04, 0.5)
BUDI = Person("Budi", "Santoso", date(2022, 11, 7), 75, 0.07, 1.4, likes_batches=True)

INSIDE_SALES = (RINA, MARIA, DAVID, HADI, EMILY, PUTRI, SARAH, AGUNG, CARLOS, BUDI)
SMB_REPS = (EMILY, CARLOS, PUTRI, BUDI, SARAH, AGUNG)
ENTERPRISE_REPS = (MARIA, RINA, HADI, DAVID)
ACCOUNTS = (  # name, domain, tier, customer, target, competitor
    ("Gudangku Software", "gudangku.example", "smb", False, False, True),
    ("StokPintar", "stokpintar.example", "mid_market", False, False, True),
    ("Acme Widgets", "acmewidgets.example", "mid_market", False, True, False),
    ("Graha Sehat Clinics", "grahasehat.example", "enterprise", False, True, False),
    ("Horizon Freight", "horizonfreight.example", "enterprise", False, True, False),
    ("Pelita Medika", "pelitamedika.example", "enterprise", False, True, False),
    ("Nusantara Foods", "nusantarafoods.example", "mid_market", True, False, False),
    ("Delta Medika Group", "deltamedika.example", "mid_market", True, False, False),
)


@dataclass
class Cast:
    """All people and queues of the demo; people by first name, habits by user id."""

    people: dict[str, User]
    habits: dict[int, Person]
    queues: dict[str, Queue]

    @property
    def reps(self) -> list[User]:
        return [self.people[person.first_name] for person in INSIDE_SALES]

    def by_id(self, pk: int) -> User | None:
        return next((user for user in self.people.values() if user.pk == pk), None)


def user_name_of(first_name: str) -> str:
    return f"{first_name.lower()}@{DOMAIN}"


def hire(*, at: datetime) -> Cast:
    """Create the company before its first lead arrives."""
    add_sources()
    make_form()
    add_score_rules()
    add_tiers()
    password = make_password(PASSWORD)
    ayu = _user("Ayu", "Kusuma", MANAGERS, password)
    _user("Bima", "Prasetyo", SALES_OPS, password, is_staff=True)
    for person in INSIDE_SALES:
        user = _user(person.first_name, person.last_name, REPS, password)
        Rep.objects.create(user=user, capacity=person.capacity, joined_on=person.joined_on)
    inside = _team("Inside Sales Jakarta", ayu, INSIDE_SALES)
    large = _team("Enterprise Jakarta", ayu, ENTERPRISE_REPS)
    _make_queues(inside, large)
    for name, domain, tier, customer, target, competitor in ACCOUNTS:
        Account.objects.create(
            name=name,
            domain=domain,
            tier=tier,
            country="ID",
            is_customer=customer,
            is_target=target,
            is_competitor=competitor,
            created_at=at - timedelta(days=200),
        )
    cast = known_cast()
    add_entry_rules(RULES, queues=cast.queues)
    return cast


def known_cast() -> Cast:
    """The company in the database; raises User.DoesNotExist if there is none."""
    people = {user.first_name: user for user in User.objects.filter(username__endswith=f"@{DOMAIN}").order_by("pk")}
    names = [person.first_name for person in INSIDE_SALES]
    if not people.keys() >= {*names, "Ayu", "Bima"}:
        raise User.DoesNotExist
    habits = {people[person.first_name].pk: person for person in INSIDE_SALES}
    queues = {queue.slug: queue for queue in Queue.objects.select_related("rotation").order_by("position", "pk")}
    return Cast(people, habits, queues)


def _user(first_name: str, last_name: str, role: str, password: str, **more) -> User:
    name = user_name_of(first_name)
    user = User.objects.create(
        username=name, email=name, first_name=first_name, last_name=last_name, password=password, **more
    )
    user.groups.set(Group.objects.filter(name=role))
    return user


def _team(name: str, manager: User, people: tuple[Person, ...]) -> Team:
    team = Team.objects.create(name=name, region="Jakarta")
    team.managers.add(manager)
    team.reps.set(_reps(people))
    return team


def _reps(people: tuple[Person, ...]) -> list[Rep]:
    found = {rep.user.username: rep for rep in Rep.objects.select_related("user").order_by("pk")}
    return [found[person.user_name] for person in people]


def _rotation(name: str, people: tuple[Person, ...]) -> Rotation:
    """In order of last names, the neutral order (F3)."""
    rotation = Rotation.objects.create(name=name, skips_over_capacity=True)
    by_name = sorted(people, key=lambda person: (person.last_name, person.first_name))
    for position, rep in enumerate(_reps(tuple(by_name))):
        RotationMember.objects.create(rotation=rotation, rep=rep, position=position)
    return rotation


def _make_queues(inside: Team, large: Team) -> None:
    hybrid, push = Queue.Dispatch.HYBRID, Queue.Dispatch.PUSH
    smb, enterprise = _rotation("SMB", SMB_REPS), _rotation("Enterprise", ENTERPRISE_REPS)
    lines = (
        {
            "name": "Hot inbound",
            "slug": HOT,
            "team": inside,
            "hot_score": 85,
            "wait_minutes": 60,
            "wait_goal_hours": Queue.WaitGoal.HIGH,
            "uncontacted_limit": 3,
        },
        {"name": "MQL", "slug": MQL, "team": inside, "hot_score": 85, "wait_minutes": 240},
        {
            "name": "SMB",
            "slug": SMB,
            "team": inside,
            "hot_score": 85,
            "wait_minutes": 48 * 60,
            "wait_goal_hours": Queue.WaitGoal.LOW,
            "dispatch": hybrid,
            "rotation": smb,
            "picks_within": 5,
            "is_reserving": True,
        },
        {
            "name": "Enterprise",
            "slug": ENTERPRISE,
            "team": large,
            "order": Queue.Order.PRIORITY,
            "wait_minutes": 240,
            "dispatch": push,
            "rotation": enterprise,
        },
        {
            "name": "Recycled",
            "slug": RECYCLED,
            "team": inside,
            "order": Queue.Order.FIFO,
            "wait_minutes": 72 * 60,
            "wait_goal_hours": Queue.WaitGoal.LOW,
            "escalate_after_hours": 96,
            "is_blind": True,
        },
    )
    for position, line in enumerate(lines, start=1):
        Queue.objects.create(position=position, when_full=Queue.WhenFull.OFF, **line)
