"""Two leads become one, with everything that leads to them; and become two again (A3)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from leads.actions.corrections import LeadIsMerged, correct_lead
from leads.actions.intake.capture import capture_lead
from leads.actions.intake.reengagement import MatchedCapture, Reengagement
from leads.actions.merging import MergeRefused, SplitRefused, merge_leads, split_leads
from leads.actions.stages import StageRefused, close_lead
from leads.decisions.facts.normalisation import normalise
from leads.models import Activity, Capture, Identity, Lead, Merge, ScoreRule
from leads.queries.search import search_leads
from tests.factories import MORNING, AccountFactory, SourceFactory, make_lead, make_ops

pytestmark = pytest.mark.django_db

LATER = MORNING + timedelta(hours=1)
IGNORED = {"id", "stage", "stage_at"}


def merged(absorbed: Lead, kept: Lead, at=MORNING, by=None, **picks: str) -> Merge:
    return merge_leads(absorbed, kept, picks=picks, by=by, at=at)


def row(lead: Lead) -> dict:
    return Lead.objects.filter(pk=lead.pk).values().get()


def identities(lead: Lead) -> set[str]:
    return set(Identity.objects.filter(lead=lead).values_list("value", flat=True))


@pytest.fixture
def pair() -> tuple[Lead, Lead]:
    """A lead of today and the known one that it may be."""
    known = make_lead(email="dewi@maju.example.com", phone="+62811", title="CTO", city="", score=40, stage="waiting")
    fresh = make_lead(email="d@maju.example.com", phone="", title="Chief", city="Bogor", score=70, external_id="A-1")
    Lead.objects.filter(pk=fresh.pk).update(resembles=known, resembles_percent=92)
    return Lead.objects.get(pk=fresh.pk), known


def test_the_absorbed_lead_points_at_the_one_that_lives_on(pair):
    fresh, known = pair
    ops = make_ops()
    merge = merged(fresh, known, by=ops)
    gone, stays = row(fresh), row(known)
    assert (gone["stage"], gone["stage_at"], gone["merged_into_id"]) == ("merged", MORNING, known.pk)
    assert (stays["stage"], stays["title"], stays["city"], stays["score"]) == ("waiting", "CTO", "Bogor", 70)
    assert (stays["external_id"], stays["reengaged_at"], stays["email"]) == ("A-1", MORNING, "dewi@maju.example.com")
    assert (merge.by, merge.at, merge.absorbed, merge.kept) == (ops, MORNING, fresh, known)


def test_identities_move_so_that_the_next_capture_joins_there(pair):
    fresh, known = pair
    merged(fresh, known)
    assert (identities(fresh), identities(known)) == (
        set(),
        {"dewi@maju.example.com", "+62811", "d@maju.example.com", "A-1"},
    )
    for raw in ({"email": "d@maju.example.com"}, {"external_id": "A-1"}):
        assert capture_lead(raw, channel="api", at=LATER).lead_id == known.pk


def test_a_capture_that_was_on_its_way_to_the_absorbed_lead_reaches_the_other(pair):
    fresh, known = pair
    merged(fresh, known)
    row = Capture.objects.create(channel="api", received_at=LATER, raw={}, fingerprint="x")
    joining = Reengagement(at=LATER, by=None, rules=())
    joining.join([MatchedCapture(row, normalise({"email": "d@maju.example.com", "industry": "Retail"}), fresh)])
    joining.write()
    known.refresh_from_db()
    assert (row.lead, known.industry, known.reengaged_at, joining.rejoined) == (known, "Retail", LATER, [known])


def test_a_merge_is_an_activity_on_both_leads(pair):
    fresh, known = pair
    merge = merged(fresh, known)
    activities = list(Activity.objects.order_by("pk").values_list("lead", "kind", "details"))
    assert activities == [
        (fresh.pk, "merged", {"merge": merge.pk, "into": known.pk}),
        (
            known.pk,
            "re_engaged",
            {
                "merge": merge.pk,
                "score_from": 40,
                "score_to": 70,
                "stage": "waiting",
                "absorbed": fresh.pk,
                "label": fresh.label,
            },
        ),
    ]


def test_picks_decide_part_by_part(pair):
    fresh, known = pair
    merged(fresh, known, title="absorbed", score="kept", email="absorbed")
    stays = row(known)
    assert (stays["title"], stays["score"], stays["email"]) == ("Chief", 40, "d@maju.example.com")
    assert "dewi@maju.example.com" in identities(known)


def test_a_computed_score_is_recomputed_and_never_falls():
    rule = [{"field": "has_phone", "operator": "is_true", "value": None}]
    ScoreRule.objects.create(name="Phone", part="engagement", points=30, conditions=rule)
    computed = {"fit": [0, 40], "engagement": [0, 40], "source": [10, 20]}
    known = make_lead(phone="", score=10, score_parts=computed)
    merged(make_lead(phone="+62812", score=10, score_parts=computed), known)
    assert (row(known)["score"], row(known)["score_parts"]["engagement"]) == (40, [30, 40, [["Phone", 30]]])
    merged(make_lead(score=5, score_parts=computed), known, at=LATER)
    assert row(known)["score"] == 40


@pytest.mark.parametrize("stage", ["held", "converted", "won"])
def test_a_lead_that_somebody_works_on_is_not_absorbed(pair, stage):
    fresh, known = pair
    Lead.objects.filter(pk=known.pk).update(stage=stage)
    before = row(fresh), row(known)
    with pytest.raises(MergeRefused) as refused:
        merged(known, fresh)
    assert (refused.value.lead, (row(fresh), row(known))) == (known, before)
    merged(fresh, known)
    assert row(known)["stage"] == stage


def test_a_merged_lead_is_not_merged_again(pair):
    fresh, known = pair
    other = make_lead()
    merged(fresh, known)
    for absorbed, kept, code in (
        (fresh, other, "absorbed_merged"),
        (other, fresh, "kept_merged"),
        (known, known, "same"),
    ):
        with pytest.raises(MergeRefused) as refused:
            merged(absorbed, kept)
        assert refused.value.code == code
    assert Merge.objects.count() == 1


def test_nothing_else_happens_to_a_merged_lead(pair):
    fresh, known = pair
    merged(fresh, known)
    with pytest.raises(StageRefused):
        close_lead(fresh, stage="nurture", by=None, at=LATER)
    with pytest.raises(LeadIsMerged):
        correct_lead(fresh, {"email": "new@maju.example.com"}, by=None, at=LATER)


@pytest.mark.parametrize(
    "picks", [{}, dict.fromkeys(("name", "title", "email", "score", "source", "deal_size"), "absorbed")]
)
def test_taken_back_both_are_as_before(pair, picks):
    fresh, known = pair
    account = AccountFactory()
    Lead.objects.filter(pk=fresh.pk).update(
        deal_size=Decimal("1250.50"),
        account=account,
        source=SourceFactory(slug="event", name="Event"),
        message="Hi",
        extra={"utm": "x"},
        engagement=7,
    )
    Lead.objects.filter(pk=known.pk).update(reengaged_at=MORNING - timedelta(days=3), problems=[{"field": "city"}])
    before = row(fresh), row(known), identities(fresh), identities(known)
    merge = merged(fresh, known, **picks)
    ops = make_ops()
    split = split_leads(merge, by=ops, at=LATER)
    assert (row(fresh), row(known), identities(fresh), identities(known)) == before
    merge.refresh_from_db()
    assert (split.left, merge.undone_at, merge.undone_by) == ((), LATER, ops)
    assert Activity.objects.filter(kind="undone").count() == 2


def test_taken_back_what_was_corrected_since_stays_and_is_named(pair):
    fresh, known = pair
    merge = merged(fresh, known)
    correct_lead(known, {"city": "Depok"}, by=None, at=LATER)
    capture_lead({"email": "d@maju.example.com", "industry": "Retail"}, channel="api", at=LATER)
    split = split_leads(merge, by=None, at=LATER)
    stays = row(known)
    assert (split.left, stays["city"], stays["industry"]) == (("city", "reengaged_at"), "Depok", "Retail")
    assert (stays["external_id"], stays["score"]) == ("", 40)


def test_a_corrected_identity_comes_back_to_the_absorbed_lead(pair):
    fresh, known = pair
    merge = merged(fresh, known, email="absorbed")
    correct_lead(known, {"email": "new@maju.example.com"}, by=None, at=LATER)
    split_leads(merge, by=None, at=LATER)
    assert identities(fresh) == {"d@maju.example.com", "A-1"}
    assert identities(known) == {"new@maju.example.com", "dewi@maju.example.com", "+62811"}


def test_it_cannot_be_taken_back_when_another_lead_has_the_address_by_now(pair):
    fresh, known = pair
    merge = merged(fresh, known, email="absorbed")
    correct_lead(known, {"email": "new@maju.example.com"}, by=None, at=LATER)
    other = make_lead(email="d@maju.example.com")
    before = row(fresh), row(known)
    with pytest.raises(SplitRefused) as refused:
        split_leads(merge, by=None, at=LATER)
    assert (refused.value.code, refused.value.lead) == ("taken", other)
    assert (row(fresh), row(known)) == before


def test_it_is_taken_back_once(pair):
    fresh, known = pair
    merge = merged(fresh, known)
    split_leads(merge, by=None, at=LATER)
    with pytest.raises(SplitRefused) as refused:
        split_leads(merge, by=None, at=LATER)
    assert refused.value.code == "undone"
    assert Activity.objects.filter(kind="undone").count() == 2


def test_leads_of_a_lead_that_is_merged_go_with_it_and_come_back(pair):
    fresh, known = pair
    last = make_lead()
    first, second = merged(fresh, known), merged(known, last, at=LATER)
    assert {row(fresh)["merged_into_id"], row(known)["merged_into_id"]} == {last.pk}
    assert capture_lead({"external_id": "A-1"}, channel="api", at=LATER).lead_id == last.pk
    with pytest.raises(SplitRefused) as refused:
        split_leads(first, by=None, at=LATER)
    assert (refused.value.code, refused.value.lead) == ("merged", last)
    split_leads(second, by=None, at=LATER)
    assert (row(fresh)["merged_into_id"], row(known)["merged_into_id"], row(last)["stage"]) == (
        known.pk,
        None,
        "captured",
    )
    assert "A-1" in identities(known)


def test_of_several_merges_any_is_taken_back_and_leaves_nothing_behind(pair):
    fresh, known = pair
    other = make_lead(title="Owner", city="Solo")
    before = row(known)
    first = merged(fresh, known, title="absorbed")
    second = merged(other, known, at=LATER, title="absorbed")
    assert split_leads(first, by=None, at=LATER).left == ()
    assert (row(known)["title"], row(known)["city"]) == ("Owner", "")
    split_leads(second, by=None, at=LATER)
    assert {name: value for name, value in row(known).items() if before[name] != value} == {}


def test_search_finds_the_lead_that_stays_by_what_was_merged_into_it(pair):
    fresh, known = pair
    merged(fresh, known)
    for words in ("d@maju.example.com", "A-1", fresh.last_name, known.last_name):
        assert list(search_leads(Lead.objects.all(), words)) == [known]
    assert list(search_leads(Lead.objects.all(), f"{fresh.first_name} {known.first_name}")) == []
    assert list(search_leads(Lead.objects.all(), "")) == [known]
