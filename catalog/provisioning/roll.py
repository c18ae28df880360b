"""Moving every provisioned product of a product to a version: what would happen to each, decided from reads alone.

No state is kept. AWS says what is done: a provisioned product that is on the version already is left alone, one that is
being updated to it is followed, and the token of an update is the same for the same provisioned product, version and
last record, so that a request that was lost is not carried out twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any

from catalog.aws.provisioned_changes import UpdateRequest
from catalog.aws.provisioning import Provisioning
from catalog.aws.reads import read_each
from catalog.aws.session import AwsSession
from catalog.cfn import Template
from catalog.errors import AwsError, CatalogError, ContentError
from catalog.provisioning.current import current_launch, version_template
from catalog.provisioning.form import LaunchForm, read_form
from catalog.provisioning.offer import AccountProduct, AccountVersion, find_account_product
from catalog.provisioning.roll_rules import RollSelection, RollSubject, ValueRule, values_for
from catalog.provisioning.update import ReleasedTemplate, Update, WantedUpdate, previous_names
from catalog.versions.update_effects import LaunchedTemplate, ResourceEffect, UpdateEffects, update_effects


class RollAction(StrEnum):
    """What a roll does with a provisioned product; the values are part of the JSON form."""

    UPDATE = "update"
    RUNNING = "running"
    """An update to the version is under way: it is followed, not sent again."""
    DONE = "done"
    """It is on the version already."""
    REPLACES = "replaces"
    """The update would replace or delete something that holds data or keys."""
    FAILS = "fails"
    """AWS would refuse the update."""
    VALUES = "values"
    """Values are missing, or no longer accepted."""
    BUSY = "busy"
    BROKEN = "broken"
    """AWS accepts no update in its status."""
    NEWER = "newer"
    """It is on a higher version."""
    OTHER = "other"
    """--from does not name its version."""
    NO_PATH = "no_path"
    """The caller may not launch through the portfolio that it was launched through."""
    UNKNOWN = "unknown"
    """Nothing says what the update does, or which version it had before."""


WORDS: Mapping[RollAction, str] = {
    RollAction.UPDATE: "can be updated",
    RollAction.RUNNING: "being updated to it already",
    RollAction.DONE: "on it already",
    RollAction.REPLACES: "would be replaced or deleted, and left as they are",
    RollAction.FAILS: "would fail, and left as they are",
    RollAction.VALUES: "without values that the version needs",
    RollAction.BUSY: "under change by others",
    RollAction.BROKEN: "in a status in which AWS accepts no update",
    RollAction.NEWER: "on a higher version",
    RollAction.OTHER: "on versions that are not asked for",
    RollAction.NO_PATH: "out of reach of the caller",
    RollAction.UNKNOWN: "of which nothing says what would happen",
}
"""What the report says after the number of provisioned products."""
RECORDS = 1000
"""How far back the records of a provisioned product are read."""
WORKED_ON = (RollAction.UPDATE, RollAction.RUNNING)


@dataclass(frozen=True, slots=True)
class RollItem:
    """A provisioned product, and what the roll does with it."""

    account: str
    region: str
    name: str
    id: str
    owner: str
    version: str
    """The version that it has."""
    to: str
    action: RollAction
    updater: AwsSession = field(repr=False, compare=False)
    """The identity that updates it."""
    reasons: tuple[str, ...] = ()
    request: UpdateRequest | None = None
    record_id: str = ""
    """Of the update that is under way."""
    stack: str = ""

    @property
    def subject(self) -> RollSubject:
        """As waves choose it."""
        return RollSubject(self.account, self.region, self.name, self.version)


@dataclass(frozen=True, slots=True)
class WantedRoll:
    """What is asked for."""

    product: str
    """Its name or id in AWS."""
    to: str = ""
    back: str = ""
    """Take what is on this version back: each to the version that it had before."""
    origins: RollSelection = field(default_factory=RollSelection)
    """The versions to take; all lower ones if it has no pattern."""
    values: tuple[ValueRule, ...] = ()
    regions: tuple[str, ...] = ()
    """Of whose resource schemas the effects are computed; the Region of the session if empty."""


@dataclass(slots=True)
class RollReader:
    """Reads one account and Region, and decides about each provisioned product there."""

    reader: AwsSession
    """Who lists what is provisioned."""
    updater: AwsSession
    """Who updates: a principal of the portfolios."""
    wanted: WantedRoll
    released: ReleasedTemplate
    forms: dict[tuple[str, str], LaunchForm] = field(default_factory=dict)
    templates: dict[str, Template | None] = field(default_factory=dict)
    effects: dict[tuple[Any, ...], UpdateEffects | CatalogError] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def items(self) -> list[RollItem]:
        """All provisioned products of the product, by name."""
        product = find_account_product(Provisioning(self.updater), self.wanted.product)
        if self.wanted.to:
            product.version(self.wanted.to)  # an unknown version ends it before anything else is read
        attributes = [
            item
            for item in Provisioning(self.reader).provisioned(f"productId:{product.id}")
            if item.get("ProductId") == product.id
        ]
        attributes.sort(key=lambda item: (item.get("Name", ""), item["Id"]))
        return read_each(partial(self.item, product), attributes)

    def item(self, product: AccountProduct, attribute: Mapping[str, Any]) -> RollItem:
        """What to do with one provisioned product."""
        names = {version.id: version.name for version in product.versions}
        artifact_id = attribute.get("ProvisioningArtifactId", "")
        version = names.get(artifact_id) or attribute.get("ProvisioningArtifactName") or artifact_id
        item = RollItem(
            account=self.reader.identity.account,
            region=self.reader.region,
            name=attribute.get("Name", ""),
            id=attribute["Id"],
            owner=attribute.get("UserArn", ""),
            version=version,
            to=self.wanted.to,
            action=RollAction.UPDATE,
            updater=self.updater,
            stack=attribute.get("PhysicalId", ""),
        )
        try:
            if self.wanted.back and version != self.wanted.back:
                return replace(item, action=RollAction.OTHER)
            target = self.target(product, item, artifact_id)
            if target is None:
                return replace(item, action=RollAction.UNKNOWN, reasons=("its records name no version before",))
            item = replace(item, to=target.name)
            settled = self.settled(product, item, target, attribute)
            return settled or self.decided(product, item, target, attribute)
        except (AwsError, ContentError) as error:
            return replace(item, action=RollAction.UNKNOWN, reasons=(error.message,))

    def target(self, product: AccountProduct, item: RollItem, artifact_id: str) -> AccountVersion | None:
        """The version to move it to; None if it shall go back, and its records name no other version."""
        if not self.wanted.back:
            return product.version(self.wanted.to)
        versions = {version.id: version for version in product.versions}
        for past in Provisioning(self.reader).history(item.id, RECORDS):
            if past.artifact_id != artifact_id and past.status == "SUCCEEDED" and past.artifact_id in versions:
                return versions[past.artifact_id]
        return None

    def settled(
        self, product: AccountProduct, item: RollItem, target: AccountVersion, attribute: Mapping[str, Any]
    ) -> RollItem | None:
        """The item if version or status alone decide; None if the update itself must be looked at."""
        status = attribute.get("Status", "")
        if status == "UNDER_CHANGE":
            record_id = attribute.get("LastRecordId", "")
            record = Provisioning(self.reader).record(record_id)
            if record.artifact_id == target.id:
                return replace(item, action=RollAction.RUNNING, record_id=record_id)
            return replace(item, action=RollAction.BUSY, reasons=(f"record {record_id}",))
        if attribute.get("ProvisioningArtifactId") == target.id:
            return replace(item, action=RollAction.DONE)
        if not self.wanted.origins.takes(item.subject):
            return replace(item, action=RollAction.OTHER)
        present = next((each for each in product.versions if each.name == item.version), None)
        if not self.wanted.back and not self.wanted.origins.patterns and present and present.order > target.order:
            return replace(item, action=RollAction.NEWER)
        if status in ("ERROR", "PLAN_IN_PROGRESS"):
            return replace(item, action=RollAction.BROKEN, reasons=(status,))
        return None

    def decided(
        self, product: AccountProduct, item: RollItem, target: AccountVersion, attribute: Mapping[str, Any]
    ) -> RollItem:
        """The item after a look at its launch path, its values, and what the update does to its resources."""
        current = current_launch(self.reader, attribute)
        path = next((path for path in product.paths if path.id == current.path_id), None)
        if path is None:
            arn = self.updater.identity.arn
            return replace(item, action=RollAction.NO_PATH, reasons=(f"{arn} has no launch path {current.path_id}",))
        form = self.form(product, target, path.id)
        previous = previous_names(self.updater, current, product, form)
        missing = [each.name for each in form.parameters if each.name not in previous]
        given = values_for(self.wanted.values, item.subject, missing)
        update = Update(current, product, form, WantedUpdate(target.name, given), previous)
        problems = tuple(update.problems(current.pseudo(self.reader)))
        if problems:
            return replace(item, action=RollAction.VALUES, reasons=problems)
        effects = self.effects_of(update)
        if effects is None:
            return replace(item, action=RollAction.UNKNOWN, reasons=("nobody may read the templates",))
        if effects.failing:
            return replace(item, action=RollAction.FAILS, reasons=places(effects.failing))
        if effects.losses:
            return replace(item, action=RollAction.REPLACES, reasons=places(effects.losses))
        notes = places([each for each in effects.resources if each.effect in NOTED])
        return replace(item, reasons=notes, request=update.request(), stack=current.stack)

    def form(self, product: AccountProduct, version: AccountVersion, path_id: str) -> LaunchForm:
        """The form of a version on a path, read once."""
        with self.lock:
            key = (version.id, path_id)
            if key not in self.forms:
                self.forms[key] = read_form(self.updater, product, version, product.path(path_id))
            return self.forms[key]

    def template(self, product: AccountProduct, artifact_id: str, digest: str) -> Template | None:
        """The template of a version, read once."""
        with self.lock:
            if artifact_id not in self.templates:
                sessions = (self.reader, self.updater)
                template = self.released(digest) or version_template(sessions, product.id, artifact_id)
                self.templates[artifact_id] = template
            return self.templates[artifact_id]

    def effects_of(self, update: Update) -> UpdateEffects | None:
        """What the update does, computed once for the same versions and values; None without the templates."""
        current, product = update.current, update.product
        digests = {version.id: version.digest for version in product.versions}
        old = self.template(product, current.artifact_id, digests.get(current.artifact_id, ""))
        new = self.template(product, update.version.id, update.version.digest)
        if old is None or new is None:
            return None
        sides = (
            LaunchedTemplate(f"{product.name} {update.old_version}", old, current.parameters, current.ssm),
            LaunchedTemplate(f"{product.name} {update.version.name}", new, update.values, current.ssm),
        )
        key = (current.artifact_id, *(tuple(sorted((side.parameters or {}).items())) for side in sides))
        with self.lock:
            if key not in self.effects:
                regions = self.wanted.regions or (self.reader.region,)
                self.effects[key] = computed(partial(update_effects, *sides, current.pseudo(self.reader), regions))
            effects = self.effects[key]
        if isinstance(effects, CatalogError):
            raise effects
        return effects


NOTED = (ResourceEffect.REPLACED, ResourceEffect.MAY_BE_REPLACED, ResourceEffect.DELETED, ResourceEffect.LEFT)
"""Effects on resources without data that the report of an update names."""


def computed(compute: Callable[..., UpdateEffects]) -> UpdateEffects | ContentError:
    """The effects without access, or why the template cannot be rendered."""
    try:
        return compute(access=False)
    except ContentError as error:
        return error


def places(updates: Sequence[Any]) -> tuple[str, ...]:
    """`Key/MultiRegion`: the resources, with the first property that decides."""
    return tuple(
        f"{update.logical_id}{f'/{update.reasons[0]}' if update.reasons else ''} {update.effect}" for update in updates
    )


def grouped(items: Sequence[RollItem]) -> Iterator[tuple[RollAction, tuple[RollItem, ...]]]:
    """The items by what is done with them, in the order of `RollAction`."""
    for action in RollAction:
        members = tuple(item for item in items if item.action is action)
        if members:
            yield action, members
