"""Templates in products/ as products: their metadata, and the fields of a definition."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog.check.formats import format_names
from catalog.cli import main
from catalog.content.config import Config, load_config
from catalog.content.load import load_product, product_keys
from catalog.content.render import render
from catalog.content.schema_files import schema_text
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission, Migration, ProductDefinition, Retention, Suppression
from catalog.model.service_action import ServiceAction

TEMPLATE = """\
# The comment stays.
Resources:
  Topic: {Type: AWS::SNS::Topic, DeletionPolicy: Delete, UpdateReplacePolicy: Delete}
"""
METADATA = "name: Topic\nowner: Team\ndescription: A topic.\nversion: 1.0.0\n"
EVERYTHING = """\
name: Topic
owner: Team
description: A topic.
distributor: Us
support_description: Ask us.
support_email: team@example.com
support_url: https://example.com
tags: {CostCenter: "4711"}
tag_options:
  Environment: [dev, {value: legacy, active: false}]
budgets: [topics]
version: 1.0.0
version_description: First.
launch_permissions:
  - sid: Invoke
    actions: ["lambda:InvokeFunction"]
    resources: ["*"]
    reason: The function is not known.
    conditions: {StringEquals: {"aws:RequestedRegion": eu-west-1}}
separate_lists: [[Admins, Users]]
service_actions:
  - key: look
    name: Look
    description: Looks at it.
    document: AWS-StopEC2Instance
    parameters: {InstanceId: TARGET}
  - key: inline
    name: Inline
    description: Looks at it.
    target_type: AWS::SNS::Topic
    document: {schemaVersion: "0.3"}
  - key: filed
    name: Filed
    description: Looks at it.
    target_type: AWS::SNS::Topic
    document: {file: topic.look.yaml}
examples: [examples/topic.yaml]
production: {Encrypted: "true"}
protect: true
suppressions:
  - {control: E9006, reason: It is accepted for now., expires: 2030-01-31, where: Resources/Topic}
migrations:
  - {version: 1.0.0, resource: Old, reason: Nobody had launched it.}
retention: {keep: 3}
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """An empty repository."""
    (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nowner = "example"\nregions = ["us-east-1"]\n')
    (tmp_path / "products").mkdir()
    return load_config(tmp_path)


def write(config: Config, **files: str) -> None:
    """Write files of products/; `__` in a name stands for a point."""
    for name, text in files.items():
        (config.root / "products" / name.replace("__", ".")).write_text(text)


def refusal(config: Config, key: str = "topic") -> str:
    """The error of loading and rendering a product, with its problems and its hint."""
    with pytest.raises(ContentError) as refused:
        render(key, load_product(config, key))
    return "\n".join((refused.value.message, *refused.value.problems, refused.value.hint))


@pytest.mark.parametrize("ending", ["yaml", "yml", "json", "template"])
def test_a_template_with_metadata_beside_it_is_a_product_byte_for_byte(config: Config, ending: str) -> None:
    text = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}) if ending == "json" else TEMPLATE
    write(config, **{f"topic__{ending}": text, "topic__product__yaml": METADATA})
    assert product_keys(config) == ("topic",)
    definition = load_product(config, "topic")
    assert (definition.name, definition.version, definition.file) == ("Topic", "1.0.0", "products/topic.product.yaml")
    rendered = render("topic", definition)
    assert rendered.body == text.encode()
    assert rendered.template["Resources"]["Topic"]["Type"] == "AWS::SNS::Topic"
    assert rendered.source == config.root / "products" / f"topic.{ending}"


def test_a_template_can_have_its_metadata_itself(config: Config) -> None:
    fields = "".join(f"    {line}\n" for line in METADATA.splitlines())
    write(config, topic__yaml=f"Metadata:\n  Catalog:\n{fields}{TEMPLATE}")
    definition = load_product(config, "topic")
    assert (definition.name, definition.file) == ("Topic", "products/topic.yaml")
    assert render("topic", definition).body.startswith(b"Metadata:\n  Catalog:\n    name: Topic\n")


def test_a_template_in_json_with_tabs_can_have_its_metadata_itself(config: Config) -> None:
    fields = {"name": "Topic", "owner": "Team", "description": "", "version": "1.0"}
    data = {"Metadata": {"Catalog": fields}, "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    write(config, topic__json=json.dumps(data, indent="\t"))
    assert "products/topic.json:7: product version must be" in refusal(config)


def test_every_field_is_as_a_product_file_in_python_writes_it(config: Config) -> None:
    document = {"schemaVersion": "0.3", "mainSteps": []}
    write(config, topic__yaml=TEMPLATE, topic__product__yaml=EVERYTHING, topic__look__yaml=json.dumps(document))
    definition = load_product(config, "topic")
    assert definition.tag_options["Environment"][0] == "dev"
    assert definition.budgets == ("topics",)
    assert definition.separate_lists == (("Admins", "Users"),)
    assert definition.retention == Retention(keep=3)
    assert definition.launch_permissions[0].actions == ("lambda:InvokeFunction",)
    assert definition.suppressions[0].expires.isoformat() == "2030-01-31"
    assert definition.migrations[0].resource == "Old"
    look, inline, filed = definition.service_actions
    assert look.document == "AWS-StopEC2Instance"
    assert inline.document == {"schemaVersion": "0.3"}
    assert callable(filed.document)
    assert filed.document() == document
    unset = {
        field.name
        for field in dataclasses.fields(ProductDefinition)
        if field.init and field.default is not dataclasses.MISSING and getattr(definition, field.name) == field.default
    }
    assert unset == set()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ((), ProductDefinition),
        (("launch_permissions",), LaunchPermission),
        (("service_actions",), ServiceAction),
        (("suppressions",), Suppression),
        (("migrations",), Migration),
        (("retention",), Retention),
    ],
)
def test_the_schema_has_the_fields_of_the_class(path: tuple[str, ...], kind: type[Any]) -> None:
    schema: Any = json.loads(schema_text("product"))
    for name in path:
        schema = schema["properties"][name]
    schema = schema.get("items", schema)
    fields = [field for field in dataclasses.fields(kind) if field.init and field.name != "template"]
    assert list(schema["properties"]) == [field.name for field in fields]
    required = [
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    assert schema["required"] == required


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ("", "products/topic.product.yaml:1: the file is empty, but must be a mapping"),
        ("name: Topic\n", "products/topic.product.yaml:1: the file needs owner, description, version"),
        (f"{METADATA}nmae: x\n", "products/topic.product.yaml:5: unknown key 'nmae'"),
        (f"{METADATA}name: x\n", "products/topic.product.yaml:5: not valid YAML: the key 'name' is repeated"),
        (f"{METADATA}\ttags: x\n", "products/topic.product.yaml:5: not valid YAML"),
        (METADATA.replace("1.0.0", "1.0"), "products/topic.product.yaml:4: version is 1.0, but must be text"),
        (METADATA.replace("1.0.0", "'1'"), "products/topic.product.yaml:4: product version must be"),
        (f"{METADATA}tags: {{'aws:x': y}}\n", "products/topic.product.yaml:5: "),
        (f"{METADATA}examples:\n  - /etc/passwd\n", "products/topic.product.yaml:5: example '/etc/passwd' must be"),
        (
            f"{METADATA}suppressions:\n  - {{control: E9006, reason: It is accepted., expires: 2030-02-31}}\n",
            "products/topic.product.yaml:6: expires must be a date",
        ),
        (
            f"{METADATA}service_actions:\n  - {{key: a, name: A b, description: x, document: AWS-Stop}}\n",
            "products/topic.product.yaml:6: name of service action 'a'",
        ),
    ],
)
def test_wrong_metadata_is_an_error_with_its_line(config: Config, metadata: str, words: str) -> None:
    write(config, topic__yaml=TEMPLATE, topic__product__yaml=metadata)
    assert words in refusal(config)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("lost.yaml", "products/topic.product.yaml:6: file 'lost.yaml' of document does not exist in products/"),
        ("../../x.yaml", "products/topic.product.yaml:6: file '../../x.yaml' of document must be a path inside the"),
        ("/etc/hostname", "products/topic.product.yaml:6: file '/etc/hostname' of document must be a path inside the"),
        (r"a\0b", "products/topic.product.yaml:6: file 'a\\x00b' of document does not exist"),
    ],
)
def test_a_document_that_cannot_be_read_is_an_error_with_its_line(config: Config, file: str, words: str) -> None:
    action = f'{{key: a, name: A, description: A., target_type: "AWS::SNS::Topic", document: {{file: "{file}"}}}}'
    write(config, topic__yaml=TEMPLATE, topic__product__yaml=f"{METADATA}service_actions:\n  - {action}\n")
    assert words in refusal(config)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("", "products/topic.yaml is not a template: it must be a mapping, got null"),
        ("Resources: {}\nResources: {}\n", "products/topic.yaml:2: it is not a template"),
        ("Resources:\n\tTopic: {}\n", "products/topic.yaml:2: it is not a template"),
        ("Outputs: {}\n", "products/topic.yaml: is not a CloudFormation template: it has no Resources"),
        (
            "Resources:\n  Topic: {Type: AWS::SNS::Topic, Properties: {}}\nMetadata: {x: null}\n",
            "products/topic.yaml: ",
        ),
        (f"Metadata: {{Catalog: {{}}}}\n{TEMPLATE}", "products/topic.product.yaml has the metadata too"),
    ],
)
def test_a_wrong_template_is_an_error_with_its_line(config: Config, template: str, words: str) -> None:
    write(config, topic__yaml=template, topic__product__yaml=METADATA)
    assert words in refusal(config)


def test_a_template_without_metadata_says_what_to_write(config: Config) -> None:
    write(config, topic__yaml=TEMPLATE)
    assert "products/topic.yaml: the template has no metadata" in refusal(config)
    assert "products/topic.product.yaml" in refusal(config)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["topic.yaml", "topic.json"], "products/topic.json and products/topic.yaml are both product 'topic'"),
        (["topic.yaml", "topic.py"], "products/topic.py and products/topic.yaml are both product 'topic'"),
        (["topic.YAML"], "products/topic.YAML: endings are written in lower-case letters: rename it to topic.yaml"),
        (["Topic.Py"], "products/Topic.Py: endings are written in lower-case letters: rename it to Topic.py"),
        (["topic.product.yaml"], "products/topic.product.yaml: has no template beside it: write products/topic.yaml"),
        (["topic.py", "topic.product.yaml"], "is for a template, but products/topic.py declares product 'topic'"),
        (
            ["topic.yaml", "topic.product.yml"],
            "products/topic.product.yml: metadata of a template is written in topic.",
        ),
        (["topic.template.yaml"], "a template is named after its key: rename it to topic.yaml"),
        (["topic.yaml", "topic.template.json"], "products/topic.template.json: "),
        (["two words.yaml"], "products/two words.yaml: the name is the key and must be letters, digits, _ and -"),
        (["topic.yaml.bak"], "products/topic.yaml.bak: is neither a product (KEY.py, KEY.yaml"),
        (["topic.tf"], "products/topic.tf: is neither a product"),
        (["other.look.yaml"], "products/other.look.yaml: is neither a product"),
        (["topic.yaml/x"], "products/topic.yaml/: is a folder, not a file: a product is a file"),
        (["storage/topic.yaml"], "products/storage/: products are files directly in products/"),
        (["topic.tf", "x.tf"], "products/topic.tf: is neither a product"),
    ],
)
def test_a_file_without_a_purpose_is_named_with_what_to_do(config: Config, names: list[str], words: str) -> None:
    for name in names:
        file = config.root / "products" / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    with pytest.raises(ContentError) as refused:
        product_keys(config)
    assert words in "\n".join((refused.value.message, *refused.value.problems))


def test_other_files_are_fine(config: Config) -> None:
    names = (
        "topic.yaml topic.look.yaml queue.py queue.template.yaml queue.document.json README.md NOTES.txt CODEOWNERS "
        "policies/queue.json _helpers.py _shared/tags.py __init__.py __pycache__/queue.pyc releases/topic/1.0.0.yaml "
        ".DS_Store .topic.yaml.swp"
    )
    for name in names.split():
        file = config.root / "products" / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.touch()
    write(config, queue__py="POLICY = Path(__file__).parent / 'policies' / 'queue.json'")
    assert product_keys(config) == ("queue", "topic")


@pytest.mark.parametrize("name", ["topic.yaml", "topic.product.yaml", "topic.look.yaml"])
def test_a_link_out_of_the_repository_is_not_followed(config: Config, tmp_path_factory: Any, name: str) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_text("name: secret\n")
    action = "{key: a, name: A, description: A., target_type: AWS::SNS::Topic, document: {file: topic.look.yaml}}"
    write(config, topic__yaml=TEMPLATE, topic__product__yaml=f"{METADATA}service_actions: [{action}]\n")
    file = config.root / "products" / name
    file.unlink(missing_ok=True)
    file.symlink_to(outside)
    assert f"products/{name}: a symbolic link leads out of the repository" in refusal(config)


def test_a_template_with_the_line_ends_of_windows_stays_as_it_is(config: Config) -> None:
    write(config, topic__product__yaml=METADATA)
    body = TEMPLATE.replace("\n", "\r\n").encode()
    (config.root / "products" / "topic.yaml").write_bytes(body)
    (config.root / "products" / "topic.product.yaml").write_bytes(METADATA.replace("\n", "\r\n").encode())
    assert render("topic", load_product(config, "topic")).body == body


@pytest.mark.parametrize("text", [TEMPLATE, '{\n\t"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}\n}\n'])
def test_a_byte_order_mark_is_published_and_is_of_no_value(config: Config, text: str) -> None:
    write(config, topic__product__yaml=f"\ufeff{METADATA}", topic__yaml=f"\ufeff{text}")
    rendered = render("topic", load_product(config, "topic"))
    assert rendered.body == f"\ufeff{text}".encode()
    assert list(rendered.template) == ["Resources"]


def test_findings_about_metadata_have_its_lines(config: Config) -> None:
    unused = "{control: E9006, reason: It is a topic., expires: 2030-01-31}"
    write(config, topic__yaml=TEMPLATE, topic__product__yaml=f"{METADATA}suppressions:\n  - {unused}\n")
    for form in format_names():
        report = CliRunner().invoke(main, ["-C", str(config.root), "validate", "--format", form]).stdout
        assert "products/topic.product.yaml" in report, form
        assert "products/topic.yaml" in report, form
        assert "topic.py" not in report, form
    text = CliRunner().invoke(main, ["-C", str(config.root), "validate"]).stdout
    assert "W9093 warning products/topic.product.yaml:6 suppressions/0 " in text
    assert "W9012 warning products/topic.yaml:3 Resources/Topic" in text
    write(config, topic__product__yaml=f"{METADATA}\nbudgets: ['a:b']\n")
    refused = CliRunner().invoke(main, ["-C", str(config.root), "list"])
    assert "products/topic.product.yaml:6: budget's name" in refused.stderr


def test_a_template_that_is_too_large_is_an_error(config: Config) -> None:
    write(config, topic__yaml=TEMPLATE + "#" * 1_000_000, topic__product__yaml=METADATA)
    assert "products/topic.yaml: has 1000" in refusal(config)


def test_the_metadata_of_a_template_is_raised_and_released_with_it(config: Config) -> None:
    fields = "".join(f"    {line}\n" for line in METADATA.splitlines())
    body = f"Metadata:\n  Catalog: # ours\n{fields}Description: A topic.\n{TEMPLATE}"
    body += "Outputs:\n  Arn: {Description: Its ARN., Value: !Ref Topic}\n"
    write(config, topic__yaml=body)

    def release(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["-C", str(config.root), "release", "topic", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    release()
    changed = f"{body}  Name: {{Description: Its name., Value: !GetAtt Topic.TopicName}}\n"
    write(config, topic__yaml=changed)
    assert "products/topic.yaml: version 1.0.0 → 1.1.0" in release("--bump", "auto", "--notes", "Name.")
    raised = changed.replace("version: 1.0.0", "version: 1.1.0")
    assert (config.root / "products" / "topic.yaml").read_text() == raised
    assert (config.root / "products" / "releases" / "topic" / "1.1.0.yaml").read_text() == raised
    assert "topic 1.1.0: already released" in release()


def test_a_migration_in_metadata_permits_a_loss(config: Config) -> None:
    bucket = "    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n"
    template = f"Description: A bucket.\nResources:\n  Old:\n{bucket}"
    write(config, topic__yaml=template, topic__product__yaml=METADATA)

    def release(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["-C", str(config.root), "release", "topic", *arguments])

    assert release().exit_code == 0
    write(config, topic__yaml=template.replace("Old", "New"))
    refused = release("--bump", "major", "--notes", "Another bucket.")
    assert refused.exit_code == 3
    assert "E9203 products/topic.yaml: " in refused.stderr
    assert "declare a migration in products/topic.product.yaml (`catalog help versions.md`)" in refused.stderr
    migration = "{version: 2.0.0, resource: Old, reason: Nobody launched it.}"
    write(config, topic__product__yaml=f"{METADATA}migrations:\n  - {migration}\n")
    released = release("--bump", "major", "--notes", "Another bucket.")
    assert released.exit_code == 0, released.output
    assert "version: 2.0.0\nmigrations:" in (config.root / "products" / "topic.product.yaml").read_text()
    unneeded = migration.replace("Old", "Other")
    write(config, topic__product__yaml=f"{METADATA.replace('1.0.0', '2.0.0')}migrations: [{migration}, {unneeded}]\n")
    checked = CliRunner().invoke(main, ["-C", str(config.root), "validate", "topic"])
    assert "W9201 warning products/topic.product.yaml:5 " in checked.stdout
    missing = CliRunner().invoke(main, ["-C", str(config.root), "retention", "topic"])
    assert "Add one to products/topic.product.yaml: retention: {keep: 3}." in missing.stderr
