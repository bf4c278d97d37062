"""The website of the demo's company: its public form, and what people and bots type into it (A1c)."""

from datetime import datetime
from random import Random

from dashboards.demo.arrivals import CAME_BACK
from leads.actions.intake.capture import capture_lead
from leads.actions.web_forms import Submission, new_slug, receive_submission
from leads.decisions.web_forms.questions import QUICK, TRAP
from leads.models import Capture, Source, WebForm

SOURCE, FORM = "inbound-form", "Talk to sales"
ASKS = {
    "first_name": "required",
    "last_name": "required",
    "email": "required",
    "phone": "optional",
    "company_name": "required",
    "company_size": "optional",
    "country": "optional",
    "message": "optional",
}
PAGES = ("/", "/pricing", "/pricing", "/warehouses", "/stories/cold-chain", "/contact")
CAMPAIGNS = ("", "", "", "newsletter", "search", "fair")
ADVERTS = (
    ("Rank first on search engines in 7 days", "seo@rank-first.example"),
    ("Buy 500 followers", "grow@followers.example"),
    ("Crypto signals, 98 % win rate", "info@signals.example"),
)
HASTY = {  # she let her browser fill everything in, and was taken for a program
    "first_name": "Ratih",
    "last_name": "Puspita",
    "email": "ratih.puspita@lautbiru.example",
    "phone": "+62 812-5550-1290",
    "company_name": "Laut Biru Seafood",
    "company_size": "70",
    "country": "Indonesia",
}


def make_form() -> WebForm:
    """The form, as Bima would make it."""
    return WebForm.objects.create(
        name=FORM,
        slug=new_slug(FORM),
        source=Source.objects.get(slug=SOURCE),
        asks=ASKS,
        title="Talk to sales",
        intro="Tell us about your warehouses. A person answers within the hour on working days.",
        consent="I agree that you keep what I write in order to answer me.",
        allowed_origins=["https://www.alur.example"],
    )


class Website:
    """Brings leads in through the channel that they used. Has its own random generator, so that it changes no other."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.form = WebForm.objects.select_related("source").get(name=FORM)

    def bring(self, letter: dict[str, str], *, channel: str, at: datetime) -> Capture:
        is_written = channel == Capture.Channel.FORM and letter.get("message") != CAME_BACK
        if not is_written or letter.get("source") != SOURCE:
            return capture_lead(letter, channel=channel, at=at)
        return receive_submission(self.form, Submission(letter | self._beside()), at=at)

    def robot_writes(self, *, at: datetime) -> None:
        about, email = self.rng.choice(ADVERTS)
        raw = {"first_name": "John", "last_name": "Smith", "email": email, "message": about, "topic": about}
        receive_submission(self.form, Submission(raw | self._beside(), spam=TRAP), at=at)

    def somebody_is_hasty(self, *, at: datetime) -> None:
        receive_submission(self.form, Submission(HASTY | self._beside(), spam=QUICK), at=at)

    def _beside(self) -> dict[str, str]:
        beside = {"source": SOURCE, "form": FORM, "page": f"https://www.alur.example{self.rng.choice(PAGES)}"}
        campaign = self.rng.choice(CAMPAIGNS)
        return beside | ({"utm_source": campaign} if campaign else {})
