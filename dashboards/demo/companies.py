"""Made-up companies and people of Indonesia and its neighbours, with what they would write into a form."""

from dataclasses import dataclass
from random import Random

_FRONT = """
    Sinar Cahaya Mitra Karya Surya Bintang Mandala Cakrawala Nusantara Tirta Graha Citra Putra Anugerah Berkah
    Rejeki Sumber Makmur Sentosa Mekar Harapan Lestari Kencana Permata Mutiara Samudra Wahana Bina Satria Rajawali
    Cendana Melati Kenanga Pelita Arta Duta Indah Prima Utama Setia Rimba Pelangi Fajar Embun Bahari Angkasa Teratai
    Puspa Jati Meranti Intan Zamrud Safir Laras Gema Buana Persada Swadaya
"""
_BACK = """
    Jaya Abadi Makmur Sejahtera Mandiri Perkasa Raya Bersama Gemilang Permai Pratama Santosa Sakti Luhur Mulia Asri
    Bahagia Sukses Sejati Wijaya Kusuma Pertiwi Semesta Bestari Amanah Barokah Lancar Tunggal Selaras Cemerlang
"""
SMALL_TRADES = (
    ("Toko", "Retail"),
    ("Kios", "Retail"),
    ("Kedai", "Food and beverage"),
    ("Roti", "Food and beverage"),
    ("Katering", "Catering"),
    ("Apotek", "Pharmacies"),
    ("Optik", "Opticians"),
    ("Bengkel", "Spare parts"),
    ("Percetakan", "Printing"),
    ("Konveksi", "Garments"),
    ("Mebel", "Furniture"),
    ("Batik", "Garments"),
    ("Laundry", "Services"),
    ("Salon", "Services"),
)
TRADES = (
    ("Foods", "Food and beverage"),
    ("Textiles", "Textiles"),
    ("Logistics", "Logistics"),
    ("Ceramics", "Building materials"),
    ("Plastik", "Packaging"),
    ("Logam", "Metal works"),
    ("Elektrindo", "Electronics"),
    ("Agro", "Agriculture"),
    ("Farma", "Pharmaceuticals"),
    ("Medika", "Hospitals"),
    ("Freight", "Logistics"),
    ("Packaging", "Packaging"),
    ("Marine", "Shipping"),
    ("Timber", "Forestry"),
    ("Kosmetika", "Cosmetics"),
    ("Otomotif", "Automotive"),
)
LARGE_ENDINGS = ("Group", "Industri", "Holding", "International", "Indonesia")
_CITIES = """
    Jakarta Bekasi Tangerang Bandung Semarang Surabaya Sidoarjo Gresik Medan Palembang Makassar Balikpapan Batam
    Yogyakarta Solo Malang Denpasar Lampung Pontianak Manado Cikarang Bogor Cirebon Pekanbaru
"""
ABROAD = (("SG", "Singapore"), ("MY", "Kuala Lumpur"), ("MY", "Penang"), ("MY", "Johor Bahru"))
_FIRST = """
    Dewi Hendra Siti Anton Yuliana Grace Agus Bayu Nadia Rudi Melati Kevin Fitri Andi Ratna Dimas Wulan Eko Sri Joko
    Indah Rizky Putu Made Ketut Nyoman Teguh Lina Yohanes Maya Bambang Intan Farhan Citra Galih Nur Arief Laila Ivan
    Susan Wei Mei Jason Aisyah Hafiz Priya Raj Daniel Tania Reza Vina Oscar Winda Bagas Kartika Fajar Yanti Surya
"""
_LAST = """
    Lestari Wibowo Rahayu Gunadi Sari Lim Salim Saputra Kirana Hermawan Anggraini Ong Handayani Prabowo Setiawan
    Kurniawan Suryadi Halim Simanjuntak Nainggolan Sitorus Hutapea Lubis Harahap Pratama Purnomo Susanto Wijayanti
    Utami Permana Hakim Maulana Ramadhan Suharto Tanoto Wong Tan Lee Chandra Nair Rahman Yusof Ismail Abdullah Utomo
    Sutrisno Mulyani Puspita Rosadi Firmansyah Iskandar Nugraha Santika Sudirman Wahyudi Zulkarnain
"""
FRONT, BACK, CITIES = _FRONT.split(), _BACK.split(), _CITIES.split()
FIRST, LAST = _FIRST.split(), _LAST.split()
TITLES = (
    "Head of Operations",
    "Operations Manager",
    "Head of Supply Chain",
    "Supply Chain Manager",
    "Warehouse Manager",
    "Procurement Manager",
    "Plant Manager",
    "Finance Manager",
    "Operations Director",
    "Head of Purchasing",
    "IT Manager",
)
MESSAGES = (
    "We run 3 warehouses on spreadsheets. Stock never matches.",
    "Kami butuh sistem stok untuk dua gudang, bisa demo minggu ini?",
    "How much is it for 25 users?",
    "Mohon info harga dan waktu implementasi.",
    "Does it connect to our accounting?",
    "Sedang membandingkan tiga vendor, keputusan bulan ini.",
    "Our present tool is slow and support does not answer.",
    "Tertarik setelah webinar, tolong hubungi setelah jam 2 siang.",
)
PREFIXES = (811, 812, 813, 815, 816, 817, 818, 819, 821, 822, 852, 853, 855, 856, 857, 858, 859, 877, 878, 881)


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    domain: str
    size: int
    industry: str
    country: str
    city: str


class Crowd:
    """Gives out companies and people; no company twice, no phone number twice."""

    def __init__(self, rng: Random, *, first_number: int = 0) -> None:
        self.rng = rng
        self.names: set[str] = set()
        self.number = first_number

    def company(self, size: int) -> Company:
        name, industry = self._name(size)
        while name in self.names:
            name, industry = self._name(size)
        self.names.add(name)
        country, city = ("ID", self.rng.choice(CITIES))
        if self.rng.random() < 0.1:
            country, city = self.rng.choice(ABROAD)
        return Company(name, f"{name.lower().replace(' ', '')}.example", size, industry, country, city)

    def _name(self, size: int) -> tuple[str, str]:
        rng = self.rng
        front, back = rng.choice(FRONT), rng.choice(BACK)
        if size < 50:
            trade, industry = rng.choice(SMALL_TRADES)
            return f"{trade} {front} {back}", industry
        trade, industry = rng.choice(TRADES)
        if size < 500:
            return f"{front} {back} {trade}", industry
        return f"{front} {trade} {rng.choice(LARGE_ENDINGS)}", industry

    def person(self) -> tuple[str, str]:
        return self.rng.choice(FIRST), self.rng.choice(LAST)

    def letter(self, company: Company, *, source: str, engagement: int) -> dict[str, str]:
        """The fields of one arrival, as a form or a tool sends them."""
        rng = self.rng
        first, last = self.person()
        fields = {
            "first_name": first,
            "last_name": last,
            "email": f"{first}.{last}@{company.domain}".lower(),
            "phone": self.phone(company.country),
            "company_name": company.name,
            "company_size": str(company.size),
            "title": "Owner" if company.size < 50 and rng.random() < 0.6 else rng.choice(TITLES),
            "industry": company.industry,
            "city": company.city,
            "country": company.country,
            "source": source,
            "engagement": str(engagement),
        }
        if rng.random() < 0.35:
            fields["message"] = rng.choice(MESSAGES)
        if company.size >= 50 and rng.random() < 0.5:
            fields["deal_size"] = str(company.size * rng.randrange(150, 600, 10) * 1000)
        return fields

    def phone(self, country: str = "ID") -> str:
        """Of the plan's own form, around 5551 to 5559; the guests have 5550. Nobody is ever called."""
        self.number += 1
        block, line = divmod(self.number, 10_000)
        line = line * 7919 % 10_000
        if country == "SG":
            return f"+65 8{block % 8 + 2}55 {line:04d}"
        if country == "MY":
            return f"+60 12-{550 + block % 100} {line:04d}"
        return f"+62 {PREFIXES[(self.number * 7 + block) % len(PREFIXES)]}-555{self.number % 9 + 1}-{line:04d}"
