"""`catalog export --catalogue`: write the templates into a folder that mirrors the template bucket."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.output import note, write_file
from catalog.cli.workspace import Workspace
from catalog.errors import AwsError, ContentError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.cli.workspace import SessionOptions
    from catalog.content.targets import Target
    from catalog.plan.stack_templates import Layout
    from catalog.publishing.desired import Publication
    from catalog.publishing.exported import ExportedCatalogue

CONTENTS = "contents.json"
"""What an export has written: the next one into the folder keeps each resource in its stack."""
ROOT = "root.json"
STEP = "root-{}.json"
"""The root templates to deploy before ROOT, where the first deployment would create too much at once."""
FORMAT = 1
NESTED = re.compile(r"(Objects|Offers|Access) .+ \1[1-9]\d{0,5}", re.ASCII | re.DOTALL)
"""A group of a layer, and the nested stack of this layer that has it."""


def write_catalogue(workspace: Workspace, folder: Path, to: str | None, where: SessionOptions | None) -> None:
    """Write the folder, and say what CloudFormation cannot do and publish does. `where` is where to upload it."""
    from catalog.cli.checked_content import load_checked
    from catalog.cli.plan_run import of_target
    from catalog.plan.stack_templates import PORTABLE, Destination
    from catalog.publishing.exported import export_catalogue

    target = chosen(workspace, to) if to else None
    before = read_contents(folder, destination_of(target))
    declared = load_checked(workspace, templates=True, unreleased=False)
    destination = Destination.of(target.account, target.region) if target else PORTABLE
    wanted = of_target(declared, target) if target else declared
    catalogue = export_catalogue(wanted, destination, before.get("versions", ()))
    layout = catalogue.layout(before.get("groups"))
    write_folder(folder, {**before, "destination": destination_of(target)}, catalogue, layout)
    for text in catalogue.notices:
        note(text)
    report(folder, catalogue, layout)
    if where:
        upload(where.open(target.region if target else None), target, declared, catalogue, layout)
    else:
        note(
            "Deploy: `catalog bootstrap`, this export with --upload, a stack of its root, `catalog publish` "
            "(`catalog help stacks.md`)."
        )


def upload(
    session: AwsSession, target: Target | None, declared: Publication, catalogue: ExportedCatalogue, layout: Layout
) -> None:
    """Upload the templates under their keys, which never change, and print how to make the stack."""
    from catalog.aws.templates import TemplateStore, digest_of
    from catalog.plan.stack_templates import template_text
    from catalog.publishing.template_bucket import no_bucket

    account, config = session.identity.account, declared.catalog.config
    if target and (account, session.region) != (target.account, target.region):
        raise ContentError(
            f"the export is for account {target.account}, Region {target.region}, and the credentials for account "
            f"{account}, Region {session.region}"
        )
    bucket = config.bucket_name(account, session.region)
    products = TemplateStore(session, bucket)
    if not products.exists():
        raise AwsError(no_bucket(account, session.region, bucket))
    for product, digest in catalogue.translation.uploads:
        products.put(product, digest, catalogue.bodies[digest])
    stacks = TemplateStore(session, bucket, "stacks", "json")

    def put(name: str, template: Mapping[str, Any]) -> str:
        body = template_text(template).encode()
        digest = digest_of(body)
        stacks.put(name, digest, body)
        return stacks.url(name, digest)

    for nested in layout.nested:
        put(nested.name, nested.template)
    for url in [put("root", root) for root in layout.roots]:
        click.echo(f"aws cloudformation create-stack --stack-name {config.owner}-catalogue --template-url {url}")


def chosen(workspace: Workspace, name: str) -> Target:
    """The one target and Region of --to."""
    from catalog.content.targets import choose

    targets = choose(workspace.config().targets, (name,))
    if len(targets) > 1:
        raise ContentError(
            f"--to {name} means {len(targets)} targets; an export is for one: "
            f"{', '.join(target.label for target in targets)}"
        )
    return targets[0]


def destination_of(target: Target | None) -> str:
    """`account/Region` of the target, or `any`."""
    return f"{target.account}/{target.region}" if target else "any"


def read_contents(folder: Path, destination: str) -> dict[str, Any]:
    """What the last export has written; `ContentError` when the folder has other things, or is of another target."""
    file = folder / CONTENTS
    try:
        if not folder.exists() or not any(folder.iterdir()):
            return {}
        contents: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ContentError(
            f"{folder} is not empty and has no {CONTENTS}: it is no export. Name another folder"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ContentError(f"{file}: cannot be read: {error}") from error
    if not is_contents(contents):
        raise ContentError(f"{file}: is not what an export of format {FORMAT} has written. Name another folder")
    if contents["destination"] != destination:
        raise ContentError(
            f"{folder} is an export for {contents['destination']}, and this one is for {destination}. Name another "
            "folder"
        )
    return contents


def is_contents(contents: object) -> bool:
    """Whether JSON has the form of CONTENTS."""
    if not isinstance(contents, dict) or contents.get("format") != FORMAT:
        return False
    groups, files, versions = contents.get("groups"), contents.get("files"), contents.get("versions")
    return (
        isinstance(contents.get("destination"), str)
        and isinstance(versions, list)
        and isinstance(groups, dict)
        and all(isinstance(name, str) and NESTED.fullmatch(f"{group} {name}") for group, name in groups.items())
        and isinstance(files, list)
        and all(
            isinstance(file, str) and ".." not in Path(file).parts and not Path(file).is_absolute() for file in files
        )
    )


def write_folder(folder: Path, before: Mapping[str, Any], catalogue: ExportedCatalogue, layout: Layout) -> None:
    """Write all files, and remove those that the last export wrote and this one does not."""
    from catalog.plan.kinds.template import template_key
    from catalog.plan.stack_templates import template_text

    *earlier, root = layout.roots
    files = {STEP.format(number): template_text(step).encode() for number, step in enumerate(earlier, 1)}
    files[ROOT] = template_text(root).encode()
    files |= {nested.key: template_text(nested.template).encode() for nested in layout.nested}
    for product, digest in catalogue.translation.uploads:
        files[template_key(product, digest)] = catalogue.bodies[digest]
    contents = {
        "format": FORMAT,
        "destination": before["destination"],
        "groups": layout.groups,
        "versions": catalogue.versions(),
        "files": sorted(files),
        "left_to_publish": [asdict(each) for each in catalogue.remainders()],
    }
    for name, body in files.items():
        write_below(folder / name, body)
    write_below(folder / CONTENTS, (json.dumps(contents, indent=1, ensure_ascii=False) + "\n").encode())
    for name in set(before.get("files", ())) - set(files):
        (folder / name).unlink(missing_ok=True)


def write_below(file: Path, body: bytes) -> None:
    """Write a file, with the folders above it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ContentError(f"{file.parent}: cannot be made: {error.strerror}") from error
    write_file(file, body)


def report(folder: Path, catalogue: ExportedCatalogue, layout: Layout) -> None:
    """Print what was written, what publish does afterwards, and how to deploy."""
    number = sum(len(nested.template["Resources"]) for nested in layout.nested)
    stacks = ", ".join(f"{nested.name} {len(nested.template['Resources'])}" for nested in layout.nested)
    click.echo(f"{folder / ROOT}: {number} resources in {len(layout.nested)} nested stacks ({stacks})")
    remainders = catalogue.remainders()
    if len(layout.roots) > 1:
        first = ", ".join(STEP.format(number) for number in range(1, len(layout.roots)))
        click.echo(f"More than CloudFormation creates at once: the first time, deploy {first} before {ROOT}")
    click.echo(f"CloudFormation cannot say, and publish makes afterwards: {len(remainders) or 'nothing'}")
    for each in remainders:
        click.echo(f"  {each.operation} {each.address}: {each.why}")
