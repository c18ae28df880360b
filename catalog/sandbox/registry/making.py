"""Make, change and delete a resource by the calls of its service, each with the permissions that it needs.

An error of a call becomes the failure of the resource. What a failed creation has made is deleted again, without a
check of permissions: the engine deletes only resources that a handler has returned.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.model import StructureShape

from catalog.sandbox.registry import calls, references, wrong_forms
from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.calls import CallRefused
from catalog.sandbox.registry.differing import Deviation, property_differences, tag_difference, template_differences
from catalog.sandbox.registry.handler_actions import besides, kept_by_other_actions
from catalog.sandbox.registry.named_things import REFERENCES
from catalog.sandbox.registry.naming import snapshot_name
from catalog.sandbox.registry.permissions import TAGS, Require, arns_for, check, objects_in, own_arn, texts_in
from catalog.sandbox.registry.progress import SettingProgress
from catalog.sandbox.registry.shaping import copied, tag_list
from catalog.sandbox.undoing import undo_on_failure

log = logging.getLogger(__name__)
ABSENT_CODES = ("NotFound", "NoSuch", "NonExistent", "Nonexistent", "DoesNotExist", "NotInUse", "UnknownResource")
"""Parts of the codes with which services say that something does not exist."""
ABSENT = (
    "name not found",
    "does not exist, NotFound.",
    "document does not exist",
    "Security configuration with name",
    "Lifecycle Config does not exist",
    "Could not find",
    "couldn't be found",
    "ModelPackageGroup arn:",
    "is not subscribed to AWS Security Hub",
    "is not found",
    "is not owned by the current account",
    "no such resource found",
)
"""Parts of the messages of those that say it with another code: none is a part of a name or an id."""


class StillThere(Exception):  # noqa: N818 - describes the event
    """A resource exists after the calls that delete it."""


class Gone(Exception):  # noqa: N818 - describes the event
    """A resource that shall be changed does not exist."""


class NotStable(Exception):  # noqa: N818 - describes the event
    """The calls succeeded, but the service then says that what they began has failed."""


class Making:
    """The calls about one subject."""

    def __init__(self, row: ApiType, subject: ApiResource, require: Require) -> None:
        self.row, self.subject, self.require = row, subject, require
        self.progress = SettingProgress()
        subject.ask = self.ask

    def ask(self, operation: str, parameters: Mapping[str, Any], service: str = "") -> dict[str, Any]:
        """The answer of a service, for the sandbox itself: no permission counts."""
        return calls.call(service or self.row.service, operation, self.subject.place, parameters)

    def create(self) -> None:
        """Create it with its settings and tags; its identifiers and attributes are then in the subject."""
        row, subject = self.row, self.subject
        self._check_also("create")
        tagging, more = row.tagging, {}
        if tagging and tagging.parameter and subject.tags:
            name, shape = self._parameter(row.create.operation, tagging.parameter)
            more = {name: tagging.wrap(self._listed(tagging, tag_list(subject.tags, shape)))}
            self._check(tagging.tag, self._tag_keys(subject.tags))
        answer = self._run(row.create, more, keys=self._tag_keys(subject.tags))
        subject.values.update(row.known(subject, answer))
        with undo_on_failure(self._undo):
            for setting in row.settings:
                if setting.on_create and any(name in subject.properties for name in setting.properties):
                    self._run(setting.put)
            if tagging and not tagging.parameter and subject.tags:
                self._tag(tagging, subject.tags)
            self.read()

    def _undo(self) -> None:
        """Delete what there is of it: some of the calls can fail, because their part was not made."""
        self.require = _anything
        for call in self.row.delete:
            try:
                self._run(call)
            except Exception:  # moto can raise anything about a half of a resource
                log.debug("%s: %s failed after a failed creation", self.row.name, call.operation, exc_info=True)

    def update(self, old_tags: Mapping[str, str]) -> None:
        """Change what has changed, then the tags; raises `Gone`."""
        row, subject = self.row, self.subject
        self._check_also("update")
        if not self._existed():
            raise Gone
        changed = {
            name
            for name in {*subject.old, *subject.properties}
            if subject.old.get(name) != subject.properties.get(name)
        }
        settled: set[str] = set()
        for setting in row.settings:
            settled |= set(setting.properties)
            if changed & set(setting.properties):
                with self.progress.of(setting.properties):
                    self._set(setting)
        left = changed - settled - set(row.modelled) - {subject.schema.tag_property}
        if row.update and (left or (row.updates_tags and dict(subject.tags) != dict(old_tags))):
            with self.progress.of(left):
                self._run(row.update)
        elif row.update and changed & set(row.modelled) - kept_by_other_actions(row):
            self._check(row.update, {})  # the stack alone keeps it; CloudFormation sets it with this operation
        if row.tagging and subject.schema.tags_change:
            self._retag(row.tagging, old_tags)
        self.read()

    def _set(self, setting: Setting) -> None:
        present = any(name in self.subject.properties for name in setting.properties)
        self._run(setting.put if present or setting.remove is None else setting.remove)

    def delete(self, *, snapshot: bool = False) -> None:
        """Delete it if it exists, after a `snapshot` of it, and see that it is gone; raises `StillThere`."""
        self._check_also("delete")
        readable = self._readable()
        if readable and not self.exists():
            return
        more = self._final(snapshot=snapshot)
        for call in self.row.delete:
            try:
                self._run(call, more)
            except CallRefused as error:
                if not _says_absent(error):
                    raise
        if readable and self.exists():
            raise StillThere

    def _final(self, *, snapshot: bool) -> dict[str, Any]:
        """Make the last snapshot, or say how the call that deletes makes it."""
        final = self.row.snapshot
        if final is None:
            return {}
        if not snapshot or not final.possible(self.subject):
            return {final.skip: True} if final.skip else {}
        for action in final.permissions(self.subject):
            self._check_action(action, {}, None)
        if final.call:
            self._run(final.call)
            return {}
        skip = {final.skip: False} if final.skip else {}
        return {final.parameter: snapshot_name(self.subject.place, final.limit), **skip}

    def _readable(self) -> bool:
        """Whether a call reads it: some types have one for a part of their resources only."""
        return self.row.read is not None and any(True for _ in self._parameters(self.row.read, {}))

    def read(self) -> None:
        """Read it with the launch role, and keep its attributes; raises `NotStable`."""
        if self.row.read:
            answer = self._run(self.row.read)
            shown = self.row.shown(self.subject, answer)
            if reason := self.row.failed(shown):
                raise NotStable(reason)
            self.subject.shown = shown
            self.subject.values.update(self.row.attributes(self.subject, shown))

    def attribute_now(self, name: str) -> Any:
        """An attribute as the service shows it now; None if it does not. Nobody's permissions count."""
        read = self.row.read
        for parameters in self._parameters(read, {}) if read else ():
            shown = self.row.shown(self.subject, self.ask(read.operation, parameters)) if read else None
            if shown:
                return self.row.attributes(self.subject, shown).get(name)
        return None

    def deviation(self, before: Any, adopted: bool) -> Deviation | None:
        """How it differs from what it showed `before`; None for a type without a read. Nobody's permissions count.

        What was `adopted` as it was may also differ from its template.
        """
        if self.row.read is None or not self._readable():
            return None
        if not self.exists():
            return Deviation(gone=True)
        self.require = _anything
        after = self.row.shown(self.subject, self._run(self.row.read))
        subject = self.subject
        differences = [
            *(template_differences(self.row, subject.properties, after) if adopted else ()),
            *property_differences(self.row, subject.properties, before, after, subject.schema.tag_property),
            *tag_difference(subject, self.row, after),
        ]
        return Deviation(differences=tuple({each.path: each for each in differences}.values()))

    def taken(self) -> bool:
        """Whether the service has something with its name, before the subject exists."""
        if self.row.probe:
            return self._answers(self.row.probe, bool)
        named = set(self.subject.schema.primary) <= self.subject.properties.keys()
        return named and self.row.read is not None and self.exists()

    def exists(self) -> bool:
        """Whether the service has it. Nobody's permissions count: the sandbox itself looks."""
        if self.row.read is None or not self._readable():
            return True
        return self._answers(self.row.read, lambda answer: self.row.shown(self.subject, answer))

    def _existed(self) -> bool:
        """Whether it exists before an update, by the properties that may lead to it."""
        subject = self.subject
        wanted, subject.properties = subject.properties, subject.old
        try:
            return self.exists()
        finally:
            subject.properties = wanted

    def _answers(self, call: ApiCall, holds: Callable[[dict[str, Any]], Any]) -> bool:
        try:
            answers = [
                calls.call(self.row.service, call.operation, self.subject.place, parameters)
                for parameters in self._parameters(call, {})
            ]
            return any(holds(answer) for answer in answers)
        except CallRefused as error:
            if _says_absent(error):
                return False
            raise

    # Tags

    def _tag(self, tagging: Tagging, tags: Mapping[str, str]) -> None:
        if tagging.whole:
            self._run(tagging.tag, keys=self._tag_keys(tags))
            return
        name, shape = self._parameter(tagging.tag.operation, tagging.tags_in)
        self._run(tagging.tag, {name: self._listed(tagging, tag_list(tags, shape))}, keys=self._tag_keys(tags))

    def _listed(self, tagging: Tagging, tags: Any) -> Any:
        """Tags with all that a tag of the type holds."""
        if isinstance(tags, dict):
            return tags
        return [
            {**tag, **tagging.more(self.subject, self.subject.properties, next(iter(tag.values())))} for tag in tags
        ]

    def _retag(self, tagging: Tagging, old: Mapping[str, str]) -> None:
        tags = self.subject.tags
        if tagging.whole:
            if dict(tags) != dict(old):
                self._run(tagging.tag if tags else tagging.untag, keys=self._tag_keys(tags))
            return
        removed = [key for key in old if key not in tags]
        states = self.subject.old, self.subject.properties
        added = {
            key: value
            for key, value in tags.items()
            if old.get(key) != value or len({str(tagging.more(self.subject, each, key)) for each in states}) > 1
        }
        if removed:
            name, shape = self._parameter(tagging.untag.operation, tagging.keys_in)
            keys: Any = removed
            if isinstance(shape, StructureShape):  # CloudFront
                keys = {"Items": removed}
            elif isinstance(getattr(shape, "member", None), StructureShape):  # EC2 takes keys as tags without values
                keys = self._listed(tagging, [{"Key": key} for key in removed])
            self._run(tagging.untag, {name: keys}, keys={"aws:tagkeys": tuple(removed)})
        if added:
            self._tag(tagging, added)

    def _tag_keys(self, tags: Mapping[str, str]) -> dict[str, Any]:
        requested = {f"aws:requesttag/{key.lower()}": value for key, value in tags.items()}
        return {"aws:tagkeys": tuple(tags), **requested} if tags else {}

    # Calls

    def _run(self, call: ApiCall, more: Mapping[str, Any] | None = None, keys: Mapping[str, Any] | None = None) -> Any:
        """Make a call, or several, or none; the last answer."""
        answer: dict[str, Any] = {}
        for parameters in self._parameters(call, more or {}):
            self._check(call, keys or {}, parameters)
            named = REFERENCES.get((call.service or self.row.service, call.operation), ())
            try:
                references.check(named, self.subject.place, parameters)
                answer = self.ask(call.operation, parameters, call.service)
            except CallRefused as error:
                if not (self.progress.uncertain and _says_absent(error)):
                    raise
            self.progress.calls += 1
        return answer

    def _parameters(self, call: ApiCall, more: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        own = self._own_parameters(call)
        if own is None:
            return
        taken: dict[str, Any] = {}
        if call.copies or call.identity:
            given = self._given(call) | {name: self.subject[name] for name in call.identity}
            model = calls.operation_model(call.service or self.row.service, call.operation)
            taken = copied(given, model.input_shape, call.renamed)
        for parameters in own if isinstance(own, list) else [own]:
            kept = {name: value for name, value in parameters.items() if value is not None}
            yield {**taken, **kept, **more}

    def _own_parameters(self, call: ApiCall) -> Any:
        """The parameters that a row writes; what it needs and a template leaves out is refused, as by the service."""
        try:
            return call.parameters(self.subject)
        except KeyError as error:
            log.warning("%s: %s needs %s", self.row.name, call.operation, error, exc_info=True)
            service = call.service or self.row.service
            wrong = wrong_forms.absent(calls.protocol_of(service), str(error.args[0] if error.args else ""))
            raise CallRefused(service, *wrong) from error

    def _given(self, call: ApiCall) -> dict[str, Any]:
        """The properties that a call copies."""
        if not call.copies:
            return {}
        omitted = {*call.omitted, self.subject.schema.tag_property}
        return {name: value for name, value in self.subject.properties.items() if name not in omitted}

    def _check(self, call: ApiCall, keys: Mapping[str, Any], parameters: Mapping[str, Any] | None = None) -> None:
        own = (calls.iam_action(call.service or self.row.service, call.operation),)
        needed = call.permissions(self.subject) if callable(call.permissions) else call.permissions
        for action in own if needed is None else needed:
            self._check_action(action, keys, parameters)

    def _check_also(self, handler: str) -> None:
        for action, arn in besides(self.row, handler, self.subject):
            self._check_action(action, {}, None, arn)

    def _check_action(
        self, action: str, keys: Mapping[str, Any], parameters: Mapping[str, Any] | None, arn: str = ""
    ) -> None:
        subject = self.subject
        mentioned: list[str] = []
        if not TAGS.fullmatch(action.partition(":")[2]):  # which are those of the resource alone
            mentioned += texts_in({**subject.properties, **(parameters or {})})
            mentioned += objects_in(subject.properties, subject.place.partition)
        existing = (
            {f"aws:resourcetag/{key.lower()}": value for key, value in subject.tags.items()} if subject.old else {}
        )
        alternatives = [(arn,)] if arn else arns_for(action, self.arn(), subject.place, mentioned)
        check(
            self.require, action, alternatives, {**existing, **self._through(action), **self.row.keys(subject), **keys}
        )

    def _through(self, action: str) -> dict[str, str]:
        """The condition key for an action that a service calls for the caller."""
        service = self.row.via.get(action.partition(":")[0], self.row.service)
        return (
            {"kms:viaservice": f"{service}.{self.subject.place.region}.amazonaws.com"} if action[:4] == "kms:" else {}
        )

    def arn(self) -> str:
        """The ARN of the subject, with `*` for what is not known yet."""
        row, subject = self.row, self.subject
        if row.arn:
            return row.arn(subject)
        given = next((subject.values[name] for name in ("Arn", "ARN") if subject.values.get(name)), None)
        return str(given or own_arn(subject.schema, subject.place, subject.name or self.reference() or "*"))

    def reference(self) -> str:
        """The value of Ref; empty before the resource exists."""
        subject = self.subject
        for name in (self.row.ref, *subject.schema.primary):
            if name and subject[name] is not None:
                return str(subject[name])
        return subject.name

    def _parameter(self, operation: str, name: str) -> tuple[str, Any]:
        """A parameter of an operation, whose name may be in another case: its name and its form."""
        shape = calls.operation_model(self.row.service, operation).input_shape
        members = shape.members if isinstance(shape, StructureShape) else {}
        return next((item for item in members.items() if item[0].lower() == name.lower()), (name, None))


def _says_absent(error: CallRefused) -> bool:
    """Codes are not looked for in a message, which has names: a workgroup can be called NotFound."""
    in_code = error.code == "404" or any(part in error.code for part in ABSENT_CODES)
    return in_code or error.message == "RecordNotFound" or any(part in error.message for part in ABSENT)


def _anything(action: str, arn: str, keys: Mapping[str, Any]) -> None:
    """Allow everything."""
