"""Who the captures of one run are: the leads that have their identities, and what speaks against each (A3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leads.actions.intake.earlier import EarlierRows
from leads.decisions.facts.normalisation import Facts
from leads.decisions.facts.text import folded
from leads.decisions.identity.matching import IdentityKey, combined_identity, identities
from leads.decisions.identity.recognition import Against, Person, is_shared, is_weak, person_of, pick_holder
from leads.models import Lead, LeadAlias
from leads.queries.identities import aliases_by_value, owned, people_of


@dataclass(frozen=True, slots=True)
class Recognised:
    """The lead of some facts; or, without one, `several` identities of different leads, or a lead `beside` which the
    new one stands because it has the same weak identity (`by`) and is another person (`against`)."""

    lead: Lead | None = None
    several: tuple[IdentityKey, ...] = ()
    beside: Lead | None = None
    by: IdentityKey | None = None
    against: Against = Against()


@dataclass(frozen=True, slots=True)
class NewIdentities:
    """What a capture brings for its lead: identities, and values that do not identify it, each with the reason."""

    own: tuple[IdentityKey, ...] = ()
    other: tuple[tuple[IdentityKey, LeadAlias.Why], ...] = ()


class KnownPeople:
    """`leads` has the owner of each identity, `claims` others that a weak one arrived for, `shared` those that identify
    nobody any more. Leads that this run makes are among them."""

    def __init__(self, earlier: EarlierRows | None = None) -> None:
        self.earlier = earlier
        self.leads: dict[IdentityKey, Lead] = {}
        self.claims: dict[IdentityKey, list[Lead]] = {}
        self.shared: set[IdentityKey] = set()
        self.newly_shared: set[IdentityKey] = set()
        self.adopted: dict[IdentityKey, IdentityKey] = {}  # an id without a system, by what it is from now on
        self._systems: dict[str, list[IdentityKey]] = {}  # the external ids with a value
        self._people: dict[int, Person] = {}  # by id() of the lead
        self._arrived: dict[int, Person] = {}  # by id() of the facts

    def load(self, arrivals: Sequence[tuple[Facts, tuple[IdentityKey, ...]]]) -> None:
        """Everything that is stored about the identities of these arrivals."""
        keys = {key for _facts, some in arrivals for key in some}
        self._arrived |= {id(facts): person_of(facts) for facts, _keys in arrivals}
        self._load_owned(keys)
        self._load_aliases([key for key in keys if is_weak(key)])
        self._load_people(arrivals)
        wanted = [some for _facts, some in arrivals if len({id(each) for each in self._owners(some)}) > 1]
        self._load_owned({each for some in wanted for each in _combinations(some)})

    def recognise(self, facts: Facts, keys: Sequence[IdentityKey]) -> Recognised:
        """The lead of these facts. Identities of several leads decide nothing by themselves: only a person may have
        decided earlier to which lead they belong together."""
        votes: dict[int, Lead] = {}
        opposed = Recognised()
        for key in keys:
            lead, against = self._holder(key, facts)
            if lead is not None and not against:
                votes[id(lead)] = lead
            elif lead is not None and opposed.beside is None:
                opposed = Recognised(beside=lead, by=key, against=against)
        if len(votes) == 1:
            return Recognised(next(iter(votes.values())))
        if not votes:
            return opposed
        decided = next((self.leads[each] for each in _combinations(keys) if each in self.leads), None)
        return Recognised(decided) if decided else Recognised(several=tuple(keys))

    def add(self, lead: Lead, facts: Facts, keys: Sequence[IdentityKey]) -> NewIdentities:
        """These facts belong to this lead from now on; the next arrival may have them too. Returns what is new."""
        self._learn(lead, facts)
        own: list[IdentityKey] = []
        other: list[tuple[IdentityKey, LeadAlias.Why]] = []
        for key in keys:
            owner = self.leads.get(key)
            if key in self.shared:
                other.append((key, LeadAlias.Why.SHARED))
            elif owner is None and not self._is_known_otherwise(key, lead):
                self.leads[key] = lead
                own.append(key)
            elif owner is not None and owner is not lead:
                other.append((key, LeadAlias.Why.CLAIMED))
                if is_weak(key) and not any(each is lead for each in self.claims.setdefault(key, [])):
                    self.claims[key].append(lead)
        return NewIdentities(tuple(own), tuple(other))

    def owners_of_shared(self) -> dict[IdentityKey, Lead]:
        """The stored leads that a weak identity identified until now."""
        found = {key: self.leads[key] for key in self.newly_shared if key in self.leads}
        return {key: lead for key, lead in found.items() if lead.pk}

    def _holder(self, key: IdentityKey, facts: Facts) -> tuple[Lead | None, Against]:
        if key in self.shared:
            return None, Against()
        if not is_weak(key):
            return self.leads.get(key), Against()
        holders = self._candidates(key)
        if not holders:
            return None, Against()
        is_sure = key.kind != "external_id" or (bool(key.system) and (key in self.leads or key in self.claims))
        people = [self.person(each) for each in holders]
        index, against = pick_holder(self._arrived[id(facts)], people, key, is_sure=is_sure)
        if index is not None:
            return holders[index], Against()
        return (holders[0], against) if against else (None, Against())

    def _candidates(self, key: IdentityKey) -> list[Lead]:
        owner, claims = self.leads.get(key), self.claims.get(key, [])
        if owner is None and not claims and key.kind == "external_id":
            return self._of_unsure_system(key)
        return [owner, *claims] if owner else claims

    def _of_unsure_system(self, key: IdentityKey) -> list[Lead]:
        """An id without a system may be that of any system: of an earlier release, or typed by hand."""
        same = [each for each in self._systems.get(key.value, ()) if not key.system or not each.system]
        return list({id(self.leads[each]): self.leads[each] for each in same if each in self.leads}.values())

    def _is_known_otherwise(self, key: IdentityKey, lead: Lead) -> bool:
        """Whether the lead has this id already, without a system or with one. An id without a system takes it."""
        same = [each for each in self._systems.get(key.value, ()) if self.leads.get(each) is lead]
        if key.kind != "external_id" or not same:
            return False
        if not key.system:
            return True
        bare = key._replace(system="")
        if bare not in same or lead.pk is None:
            return False
        self.adopted[bare] = key
        self.leads[key] = self.leads.pop(bare)
        self._systems[key.value].append(key)
        return True

    def _owners(self, keys: Iterable[IdentityKey]) -> list[Lead]:
        return [self.leads[key] for key in keys if key in self.leads]

    def _load_owned(self, keys: Iterable[IdentityKey]) -> None:
        """One object for each lead, even if it has several identities."""
        rows = {lead.pk: lead for lead in self._all_leads()}
        keys = list(keys)
        for row in owned(keys):
            key = IdentityKey(row.kind, row.value, row.system)
            self.leads[key] = rows.setdefault(row.lead_id, row.lead)
            if key.kind == "external_id":
                self._systems.setdefault(key.value, []).append(key)
        for key, lead in self.earlier.leads(keys).items() if self.earlier else ():
            if key not in self.leads and key.kind == "external_id":
                self._systems.setdefault(key.value, []).append(key)
            self.leads[key] = rows.setdefault(lead.pk, lead)

    def _load_aliases(self, keys: Sequence[IdentityKey]) -> None:
        rows = {lead.pk: lead for lead in self._all_leads()}
        wanted = set(keys)
        found = [(IdentityKey(row.kind, row.value, row.system), row.why, row.lead) for row in aliases_by_value(keys)]
        for key, why, lead in [*found, *(self.earlier.aliases(keys) if self.earlier else ())]:
            if key not in wanted:
                continue
            if why == LeadAlias.Why.SHARED:
                self.shared.add(key)
            else:
                self.claims.setdefault(key, []).append(rows.setdefault(lead.pk, lead))

    def _load_people(self, arrivals: Sequence[tuple[Facts, tuple[IdentityKey, ...]]]) -> None:
        """Of leads with a weak identity that another person may have; and which identities too many people have."""
        names: dict[IdentityKey, set[str]] = {}
        doubtful: dict[IdentityKey, bool] = {}
        for facts, keys in arrivals:
            me, own = self._arrived[id(facts)], {id(self.leads.get(key)) for key in keys if not is_weak(key)}
            for key in keys:
                if not is_weak(key):
                    continue
                seen = names.setdefault(key, set())
                strangers = any(id(each) not in own for each in self._candidates(key))
                doubtful[key] = doubtful.get(key, False) or strangers or bool(seen and me.names - seen)
                seen |= me.names
        questioned = [key for key, is_so in doubtful.items() if is_so]
        leads = {lead.pk: lead for key in questioned for lead in self._candidates(key) if lead.pk}
        people = people_of(leads) if leads else {}
        for pk, person in self.earlier.people(leads).items() if self.earlier else ():
            people[pk].learn(person)
        self._people |= {id(leads[pk]): person for pk, person in people.items()}
        for key in questioned:
            known = [self.person(lead).names for lead in self._candidates(key)]
            if key.kind != "email" and is_shared(names[key].union(*known)):  # a mailbox has its company's people
                self.newly_shared |= {key} - self.shared
                self.shared.add(key)

    def person(self, lead: Lead) -> Person:
        found = self._people.get(id(lead))
        if found is None:
            name = folded(lead.full_name)
            found = Person(*({value} - {""} for value in (name, lead.email, lead.phone)))
            self._people[id(lead)] = found
        return found

    def _learn(self, lead: Lead, facts: Facts) -> None:
        me = self._arrived[id(facts)]
        if lead.pk is None and id(lead) not in self._people:
            self._people[id(lead)] = me
        else:
            self.person(lead).learn(me)

    def _all_leads(self) -> Iterator[Lead]:
        yield from self.leads.values()
        for some in self.claims.values():
            yield from some


def _combinations(keys: Sequence[IdentityKey]) -> list[IdentityKey]:
    """These identities as one; also as an earlier release, which knew no systems, has stored it."""
    bare = [key._replace(system="") for key in keys]
    return list(dict.fromkeys([combined_identity(keys), combined_identity(bare)]))


def keys_of(facts: Facts, *, reading: Mapping[str, object], api_system: str = "") -> tuple[IdentityKey, ...]:
    """The identities in these facts; external ids are those of the system that the file or the key names."""
    return identities(facts, system=api_system or str(reading.get("ids_of") or ""))
