"""The recipes of docs/recipes, as a person follows them: each body that they show becomes the lead it promises."""

import json
import re
from pathlib import Path

import pytest
from django.utils import timezone

from leads.actions.api.keys import make_key
from leads.models import Lead

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "recipes"
RECIPES = sorted(path for path in FOLDER.glob("*.md") if path.stem != "README")
BODY = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
KEPT = re.compile(r"^Kept beside the lead: (.*)\.$", re.MULTILINE)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_the_body_of_a_recipe_becomes_a_whole_lead(recipe, client):
    text = recipe.read_text()
    (body,) = BODY.findall(text)
    kept = KEPT.search(text)
    promised = re.findall(r"`(.*?)`", kept[1]) if kept else []
    _row, secret = make_key("A program", per_minute=100, by=None, at=timezone.now())
    sent = json.loads(body)

    def send():
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": sent["external_id"].replace(" ", "")}
        return client.post("/api/leads", body, content_type="application/json", headers=headers)

    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["problems"]) == ("made", [])
    assert first.json()["kept_as_extra"] == promised
    lead = Lead.objects.get()
    assert (lead.email, lead.external_id, lead.source.name) == (
        sent.get("email", sent.get("E-mail")),
        sent["external_id"],
        sent["source"],
    )
    assert lead.full_name and lead.company_name
    assert lead.identities.filter(kind="email").count() == sum("mail" in key.lower() for key in sent)


def test_every_recipe_is_listed():
    listed = re.findall(r"\]\(([\w-]+)\.md\)", (FOLDER / "README.md").read_text())
    assert sorted(set(listed)) == [path.stem for path in RECIPES]
