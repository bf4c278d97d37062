"""The table of reach of what leaves for other programs: connections, webhooks, partners (C9)."""

from leads.actions.api.keys import make_key
from leads.models import ApiKey
from tests.factories import MORNING
from tests.journeys.reach_table import OPS, Door, act


def a_key() -> ApiKey:
    return make_key("Zapier", per_minute=9, by=None, at=MORNING)[0]


def of_connection() -> Door:
    """A page of a connection that waits to be signed in to, so that nothing is called."""
    return Door({OPS}, arguments={"pk": lambda world: world.remote_person.connection_id})


def act_on_connection(**sends: str) -> Door:
    return act({OPS}, sends=sends, pk=lambda world: world.remote_person.connection_id)


CONNECTIONS = {
    "queues:partners": Door({OPS}),
    "queues:partner_download": act({OPS}, pk=lambda world: world.pool.pk),
    "queues:partner_secret": act({OPS}, pk=lambda world: world.pool.pk),
    "queues:partner_send_again": act({OPS}, pk=lambda world: world.pool.pk),
    "leads:webhooks": Door({OPS}),
    "leads:add_webhook": Door({OPS}),
    "leads:webhook": Door({OPS}, arguments={"pk": lambda world: world.webhook.pk}),
    "leads:change_webhook": Door({OPS}, arguments={"pk": lambda world: world.webhook.pk}),
    "leads:test_webhook": act({OPS}, pk=lambda world: world.webhook.pk),
    "leads:try_webhook": act({OPS}, pk=lambda world: world.webhook.pk),
    "leads:replay_webhook": act({OPS}, pk=lambda world: world.webhook.pk),
    "leads:switch_webhook_on": act({OPS}, pk=lambda world: world.webhook.pk),
    "leads:switch_webhook_off": act({OPS}, pk=lambda world: world.webhook.pk),
    "leads:rotate_webhook": act({OPS}, shows=(200,), pk=lambda world: world.webhook.pk),
    "leads:remove_webhook": act({OPS}, pk=lambda world: world.webhook.pk),
    "leads:remove_webhooks_of": act({OPS}, pk=lambda _world: a_key().pk),
    "leads:webhook_message": Door({OPS}, arguments={"pk": lambda world: world.webhook_message.pk}),
    "leads:replay_webhook_message": act({OPS}, pk=lambda world: world.webhook_message.pk),
    "queues:connections": Door({OPS}),
    "queues:connection_new": Door({OPS}),
    "queues:connection_who": Door({OPS}),
    "queues:connection_match": act({OPS}, sends={"user": "leave"}, pk=lambda world: world.remote_person.pk),
    "queues:connection_unmatch": act({OPS}, pk=lambda world: world.remote_person.pk),
    "queues:connection_log": Door({OPS}),
    "queues:connection_came_back": Door({OPS}),
    "queues:connection_link_again": act({OPS}, pk=lambda world: world.crm_link.pk),
    "queues:connection_link_leave": act({OPS}, pk=lambda world: world.crm_link.pk),
    "queues:connection": of_connection(),
    "queues:connection_crm": of_connection(),
    "queues:connection_sign_in": of_connection(),
    "queues:connection_go": of_connection(),
    "queues:connection_people": of_connection(),
    "queues:connection_read_people": act_on_connection(),
    "queues:connection_fields": of_connection(),
    "queues:connection_test": of_connection(),
    "queues:connection_look": of_connection(),
    "queues:connection_again": act_on_connection(),
    "queues:connection_often": act_on_connection(minutes="5"),
    "queues:connection_on": act_on_connection(),
    "queues:connection_off": act_on_connection(),
    "queues:connection_remove": of_connection(),
}
