"""People: users in their roles, teams and reps."""

from datetime import UTC, datetime

import factory
from django.contrib.auth.models import Group, User

from routing import roles
from routing.models import Rep, Team

MORNING = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)  # Monday 10:42 in Jakarta


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}@alur.example")
    email = factory.SelfAttribute("username")
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n}")


class RepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rep

    user = factory.SubFactory(UserFactory)


def make_user(*role_names: str, **fields) -> User:
    user = UserFactory(**fields)
    user.groups.set(Group.objects.filter(name__in=role_names))
    return user


def make_rep(*teams: Team, **fields) -> User:
    """A user with the role and the row of a rep."""
    user = make_user(roles.REPS, **fields)
    RepFactory(user=user).teams.set(teams)
    return user


def make_manager(*teams: Team, **fields) -> User:
    user = make_user(roles.MANAGERS, **fields)
    for team in teams:
        team.managers.add(user)
    return user


def make_ops(**fields) -> User:
    return make_user(roles.SALES_OPS, is_staff=True, **fields)
