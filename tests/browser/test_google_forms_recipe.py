"""The script of docs/recipes/google-forms.md, with what Google gives a script; what it sends becomes a lead."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Page

from leads.actions.api.keys import make_key
from leads.models import Lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
RECIPE = Path(__file__).resolve().parents[2] / "docs" / "recipes" / "google-forms.md"
(SCRIPT,) = re.findall(r"^```js\n(.*?)^```", RECIPE.read_text(), re.MULTILINE | re.DOTALL)
# `statuses` are answered in turn; what was sent is returned
RUN = """([script, statuses, key, answers]) => {
  const sent = [];
  const given = {ALUR_ADDRESS: "https://alur.example/api/leads", ALUR_KEY: key};
  const property = {getProperty: (name) => given[name]};
  const google = {
    PropertiesService: {getScriptProperties: () => property},
    Utilities: {sleep: () => {}},
    UrlFetchApp: {fetch: (address, call) => {
      sent.push({address, ...call});
      const status = statuses.shift();
      return {getResponseCode: () => status, getContentText: () => "because"};
    }},
  };
  const items = Object.entries(answers).map(([title, answer]) => ({
    getItem: () => ({getTitle: () => title}),
    getResponse: () => answer,
  }));
  const response = {
    getId: () => "2_ABaOnud9kWq1",
    getTimestamp: () => new Date("2026-11-29T02:15:00Z"),
    getRespondentEmail: () => "carlos@mendes.example",
    getItemResponses: () => items,
  };
  const send = new Function(...Object.keys(google), `${script}; return sendToAlur;`)(...Object.values(google));
  send({response});
  return sent;
}"""
ANSWERS = {"Nama": "Carlos Mendes", "No. HP": "0812 7777 8888", "What do you need?": ["Fabric", "Thread"]}


def test_what_the_script_sends_becomes_a_lead(page: Page, client):
    _row, secret = make_key("Form", per_minute=100, by=None, at=timezone.now())
    calls = page.evaluate(RUN, [SCRIPT, [503, 429, 201], secret, ANSWERS])
    assert len({call["payload"] for call in calls}) == 1
    answers = [
        client.post("/api/leads", call["payload"], content_type=call["contentType"], headers=call["headers"])
        for call in calls
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    lead = Lead.objects.get()
    assert (lead.full_name, lead.email, lead.phone) == ("Carlos Mendes", "carlos@mendes.example", "+6281277778888")
    assert lead.extra == {"What do you need?": "Fabric, Thread"}


@pytest.mark.parametrize(
    ("statuses", "said", "times"), [([422], "Alur refused the response: because", 1), ([500] * 4, "could not be", 4)]
)
def test_google_shows_a_failure_under_executions(page: Page, statuses, said, times):
    page.evaluate("window.calls = 0")
    counted = SCRIPT.replace("Utilities.sleep", "window.calls += 1; Utilities.sleep")
    with pytest.raises(Error, match=said):
        page.evaluate(RUN, [counted, statuses, "key", ANSWERS])
    assert page.evaluate("window.calls") == times
