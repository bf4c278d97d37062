"""The leads of the story that a visitor of the demo meets by name: who they are and when they arrive."""

from dataclasses import dataclass

WAITING_DAYS = 72 * 60  # the longest wait of Recycled, in minutes


@dataclass(frozen=True, slots=True)
class Guest:
    """`minutes` before the end of the demo. A guest with scenes is left to the story, one on the review desk to
    Bima."""

    minutes: float
    letter: dict[str, str]
    has_scenes: bool = False
    channel: str = "form"

    @property
    def company(self) -> str:
        return self.letter.get("company_name", "")


def guest(
    minutes: float, company: str, size: int | None, person: str, title: str, source: str, engagement: int, **more: str
) -> Guest:
    """A guest in one line; `more` are further fields, "" leaves a field out."""
    first_name = person.split()[0].lower() if person else "halo"
    has_scenes, domain = bool(more.pop("scenes", "")), more.pop("domain", company.replace(" ", "").lower())
    letter = {
        "name": person,
        "email": f"{first_name}.{person.split()[-1].lower()}@{domain}.example" if person else "",
        "company_name": company,
        "company_size": "" if size is None else str(size),
        "title": title,
        "source": source,
        "engagement": str(engagement or ""),
        "country": "ID",
    }
    letter = {key: value for key, value in (letter | more).items() if value}
    return Guest(minutes, letter, has_scenes=has_scenes)


HORIZON = guest(
    0, "Horizon Freight", 1400, "Grace Lim", "Operations Director", "referral", 72,
    phone="+62 811-5550-0903", city="Jakarta", industry="Logistics", deal_size="480000000", scenes="yes",
)  # fmt: skip

RINAS = (
    guest(
        259, "Acme Widgets", 180, "Dewi Lestari", "Head of Operations", "campaign", 45,
        phone="+62 812-5550-0142", city="Cikarang", industry="Industrial parts", scenes="yes",
        campaign="Gudang tanpa selisih", message="We run 3 warehouses on spreadsheets. Stock never matches.",
    ),
    guest(
        160, "Acme Widgets", 180, "Dewi Lestari", "Head of Operations", "campaign", 66,
        phone="+62 812-5550-0142", message="Opened the pricing page twice.",
    ),
    guest(
        226, "Cakrawala Textiles", 140, "Anton Gunadi", "Procurement Manager", "trial", 62,
        phone="+62 813-5550-0271", city="Bandung", industry="Textiles", score="88", scenes="yes",
    ),
    guest(
        88, "Nusantara Foods", 210, "Hendra Wibowo", "Head of Supply Chain", "demo-request", 84,
        phone="+62 811-5550-0317", city="Surabaya", industry="Food and beverage", scenes="yes",
        message="Kami butuh sistem stok untuk dua gudang, bisa demo minggu ini?",
    ),
    guest(
        241, "Sumber Pangan Abadi", 64, "Yuliana Sari", "Owner", "inbound-form", 80,
        phone="+62 856-5550-0455", city="Semarang", industry="Food and beverage", score="87", scenes="yes",
    ),
    guest(
        197, "Lumbung Tani", 28, "Agus Salim", "Operations Manager", "campaign", 71,
        phone="+62 857-5550-0519", city="Lampung", industry="Agriculture", score="86", scenes="yes",
    ),
    guest(
        40, "Bintang Retail Group", 130, "Siti Rahayu", "Operations Manager", "inbound-form", 86,
        phone="+62 812-5550-0688", city="Jakarta", industry="Retail", score="90", scenes="yes",
    ),
)  # fmt: skip

WAITING = (
    guest(
        53, "Kopi Senja Group", 240, "Reza Pratama", "Head of Supply Chain", "demo-request", 96,
        phone="+62 811-5550-0774", city="Bandung", industry="Food and beverage", scenes="yes",
    ),
    guest(
        22, "Bumi Hijau Agro", 85, "Lina Wijaya", "Operations Director", "trial", 91,
        phone="+62 853-5550-0812", city="Lampung", industry="Agriculture", scenes="yes",
    ),
    guest(
        6, "Pelita Medika", 420, "Maya Santika", "Procurement Manager", "demo-request", 88,
        phone="+62 818-5550-0866", city="Surabaya", industry="Hospitals", scenes="yes",
    ),
    guest(
        124, "Surya Elektrindo", 150, "Joko Susanto", "Supply Chain Manager", "campaign", 64,
        phone="+62 819-5550-0921", city="Batam", industry="Electronics",
    ),
    guest(
        117, "Kencana Logam", 95, "Wulan Puspita", "Head of Purchasing", "campaign", 48,
        phone="+62 821-5550-0957", city="Gresik", industry="Metal works",
    ),
    guest(
        109, "Van der Berg Cold Chain", 420, "Oscar Hakim", "COO", "referral", 58,
        phone="+62 822-5550-0984", city="Jakarta", industry="Logistics",
    ),
    guest(
        9, "Mandala Ceramics", 310, "Teguh Permana", "Plant Manager", "trial", 69,
        phone="+62 811-5550-1012", city="Tangerang", industry="Building materials", score="91", scenes="yes",
    ),
    guest(
        35, "Toko Mas Kencana", 38, "Kartika Halim", "Owner", "inbound-form", 88,
        phone="+62 812-5550-1044", city="Semarang", industry="Retail", score="88", scenes="yes",
    ),
)  # fmt: skip

IN_TROUBLE = (
    guest(
        WAITING_DAYS + 21, "Wana Timber Export", 75, "Farhan Lubis", "Operations Manager", "recycled", 52,
        phone="+62 852-5550-1077", city="Balikpapan", industry="Forestry", scenes="yes",
    ),
    guest(
        WAITING_DAYS + 95, "Berkah Tekstil", 64, "Yanti Kurniawan", "Finance Manager", "recycled", 44,
        phone="+62 855-5550-1090", city="Solo", industry="Textiles", scenes="yes",
    ),
    guest(
        290, "Delta Medika Group", 260, "Indah Prabowo", "Head of Purchasing", "referral", 78,
        phone="+62 813-5550-1101", city="Jakarta", industry="Hospitals", score="91", scenes="yes",
    ),
    guest(
        121, "Graha Sehat Clinics", 900, "Nur Setiawan", "Head of Procurement", "inbound-form", 76,
        phone="+62 811-5550-1133", city="Surabaya", industry="Hospitals", scenes="yes",
    ),
)  # fmt: skip

ON_THE_DESK = (
    guest(
        18, "Lintas Niaga Sejahtera", 120, "Bayu Saputra", "Warehouse Manager", "inbound-form", 70,
        email="bayu@lintasniaga.example", phone="+62 811-5550-1180", city="Makassar",
        industry="Logistics", scenes="yes",
    ),
    guest(
        42, "Universitas Cendana", None, "Nadia Kirana", "Student", "campaign", 30,
        city="Yogyakarta", scenes="yes", message="For my thesis about warehouses.",
    ),
    guest(
        65, "Gudangku Software", 40, "Rudi Hermawan", "Product Manager", "trial", 74,
        domain="gudangku", city="Jakarta", industry="Software", scenes="yes",
    ),
    guest(80, "Toko Sumber Rejeki", 9, "Melati Anggraini", "Owner", "campaign", 15, city="Solo", scenes="yes"),
    guest(
        122, "Maju Bersama", 60, "", "", "event", 0,
        external_id="EXPO-2231", city="Tangerang", scenes="yes",
    ),
    guest(
        190, "Delft Marine BV", 75, "Jan de Vries", "Head of Operations", "campaign", 55,
        country="NL", city="Delft", industry="Shipping", scenes="yes",
    ),
    guest(840, "Sentosa Laundry", 14, "Fitri Handayani", "", "campaign", 35, city="Denpasar", scenes="yes"),
    guest(
        960, "Straits Auto Parts", 90, "Kevin Ong Wei", "Warehouse Manager", "event", 44,
        email="kevin.w@straitsautoparts.example", country="SG", city="Singapore", industry="Automotive", scenes="yes",
    ),
)  # fmt: skip

# Earlier leads that two of the above resemble.
BAYU = guest(
    0, "Lintas Niaga Sejahtera", 120, "Bayu A. Saputra", "Warehouse Supervisor", "campaign", 41,
    email="bayu.saputra@lintasniaga.example", city="Makassar", industry="Logistics", scenes="yes",
)  # fmt: skip
KEVIN = guest(
    0, "Straits Auto Parts", 90, "Kevin Ong", "Supply Chain Manager", "referral", 50,
    phone="+65 8155 1207", country="SG", city="Singapore", industry="Automotive",
)  # fmt: skip

GUESTS = (*RINAS, *WAITING, *IN_TROUBLE, *ON_THE_DESK)
