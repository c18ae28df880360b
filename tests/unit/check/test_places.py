"""The file and line that a finding names: a template file, a release, or a product file in Python."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.check.python_lines import line_of_element
from catalog.cli import main
from catalog.content.config import load_config
from catalog.model.product import Guidance
from catalog.releases import Release, digest_of
from tests.unit.check.checking import check_template

SETTINGS = '[tool.catalog]\nowner = "example"\nregions = ["us-east-1"]\n'
TEMPLATE = """# A comment, so that the line of a rendered template would be another.
Description: A queue without both policies.
Resources:

  Orders:
    Type: AWS::SQS::Queue
"""
FROM_FILE = """from pathlib import Path

from catalog import ProductDefinition, template_file

PRODUCT = ProductDefinition(
    name="Queue", owner="Team", description="", version="1.0.0",
    template=template_file(Path(__file__).parent / "templates" / "queue.yaml"),
)
"""
FROM_PYTHON = """from troposphere import GetAtt, Output, Template
from troposphere.kms import Key

from catalog import ProductDefinition


def build():
    template = Template()
    template.set_description("A key.")
    key = template.add_resource(
        Key(
            "Key",
            DeletionPolicy="Retain",
            UpdateReplacePolicy="Retain",
            EnableKeyRotation=False,
        )
    )
    template.add_output(Output("Arn", Value=GetAtt("Key", "Arn")))
    return template


PRODUCT = ProductDefinition(name="Key", owner="Team", description="", version="1.0.0", template=build)
"""


def repository(root: Path, product: str) -> Path:
    (root / "pyproject.toml").write_text(SETTINGS)
    for folder in ("products", "portfolios"):
        (root / folder).mkdir()
    (root / "products" / "thing.py").write_text(product)
    if "templates" in product:
        (root / "products" / "templates").mkdir()
        (root / "products" / "templates" / "queue.yaml").write_text(TEMPLATE)
    return root


def validate(root: Path, form: str) -> str:
    return CliRunner().invoke(main, ["--directory", str(root), "validate", "--format", form]).stdout


def test_a_finding_in_a_template_file_names_its_line(tmp_path: Path) -> None:
    root = repository(tmp_path, FROM_FILE)
    text = validate(root, "text")
    assert "E9003 error products/templates/queue.yaml:5 Resources/Orders " in text
    assert "catalog export" not in text
    assert "::error file=products/templates/queue.yaml,line=5,title=E9003 " in validate(root, "github")
    (run,) = json.loads(validate(root, "sarif"))["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"] if result["ruleId"] == "E9003"]
    assert {(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places} == {
        ("products/templates/queue.yaml", 5)
    }
    (finding, *_) = [one for one in json.loads(validate(root, "json")) if one["id"] == "E9003"]
    assert (finding["in_file"], finding["line"], finding["file_line"], finding["rendered"]) == (True, 5, 5, "")


def test_a_finding_in_what_python_renders_names_the_rendered_template(tmp_path: Path) -> None:
    root = repository(tmp_path, FROM_PYTHON)
    text = validate(root, "text")
    assert "E9001 error products/thing.py:15 (thing.yaml:8) Resources/Key/Properties/EnableKeyRotation " in text
    assert "W9003 warning products/thing.py:18 (thing.yaml:" in text
    assert "thing.yaml is the rendered template: `catalog export thing`." in text
    exported = CliRunner().invoke(main, ["--directory", str(root), "export", "thing"]).stdout.splitlines()
    assert "EnableKeyRotation" in exported[8 - 1]
    assert "::error file=products/thing.py,line=15,title=E9001 " in validate(root, "github")


def test_a_finding_in_a_release_names_its_file(tmp_path: Path) -> None:
    root = repository(tmp_path, FROM_FILE)
    body = TEMPLATE.encode()
    release = Release("thing", "1.0.0", digest_of(body), date(2026, 1, 1), "First.", Guidance.DEFAULT, True, body)
    (finding, *_) = [one for one in check_template(release, load_config(root)) if one.id == "E9003"]
    assert (finding.file, finding.line, finding.in_file) == ("products/releases/thing/1.0.0.yaml", 5, True)


SOURCE = """x = {
    "Resources": {
        "A": {"Type": "AWS::SQS::Queue",
              "Properties": {"DelaySeconds": 1,
                             "Tags": []}},
        "B": queue("C"),
    }
}
Queue("Twice")
Queue("Twice")
Ref("Named")
Queue("Named", KmsMasterKeyId=Ref("Named"),
      Policy={"Statement":
              []})
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("Resources", "A"), 3),
        (("Resources", "A", "Properties", "Tags"), 5),
        (("Resources", "A", "Properties", "Absent"), 3),
        (("Resources", "A", "Properties", "Tags", 0, "Key"), 5),
        (("Resources", "B"), 6),
        (("Resources", "Twice"), 0),
        (("Resources", "Absent"), 0),
        (("Resources", "Named"), 12),
        (("Resources", "Named", "Properties", "Policy", "Statement"), 14),
        (("Resources",), 0),
        ((), 0),
    ],
)
def test_the_line_of_an_element_in_python(path: tuple[str | int, ...], line: int) -> None:
    assert line_of_element(SOURCE, path) == line


HELPERS = """
NAMES = ("Fourth", "Fifth")


def add_queue(template, name, delay=0):
    template.add_resource(Queue(name, DelaySeconds=delay))


def build():
    template = Template()
    add_queue(template, "First")
    add_queue(template, name="Second", delay=1)
    for index in range(3):
        template.add_resource(Topic(f"Topic{index}"))
    for name, delay in [("Third", 3)]:
        template.add_resource(
            queue(name, delay))
    for name in NAMES:
        add_queue(template, name)
    for name in {"Sixth": 1}:
        add_queue(template, "Dead" + name)
    resources = {name: Queue(name) for name in ("Seventh", "Eighth")}
    add_queue(template, "Ninth"); add_queue(template, "Tenth")
    add_queue(template, "Eleventh")
    check(template, "Eleventh")
"""


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("First", 11),
        ("Second", 12),
        ("Topic2", 14),
        ("Third", 17),
        ("Fourth", 19),
        ("Fifth", 19),
        ("DeadSixth", 21),
        ("Eighth", 22),
        ("Tenth", 23),
        ("Eleventh", 0),
        ("Other", 0),
    ],
)
def test_the_line_of_the_call_that_adds_what_a_helper_makes(name: str, line: int) -> None:
    assert line_of_element(HELPERS, ("Resources", name)) == line


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ('Queue("Q{}".format(index))', "Q1"),
        ('Queue("Q{0}x{1}".format(index, other))', "Q1x2"),
        ('Queue("Q%s" % index)', "Q1"),
        ('Queue("Q%dx%d" % (index, other))', "Q1x2"),
        ('resources["Orders"] = {"Type": "AWS::SQS::Queue"}', "Orders"),
        ('resources["Orders"] = queue(1)', "Orders"),
    ],
)
def test_names_in_any_of_pythons_ways(source: str, name: str) -> None:
    other = 'template.add_resource(Topic("T%s" % index))\ntemplate.add_resource(helper(index))\n'
    assert line_of_element(f"{other}{source}\n", ("Resources", name)) == 3


def test_a_name_that_the_source_does_not_have_is_added_by_the_only_call_without_one() -> None:
    source = "for name in read():\n    template.add_resource(queue(name))\ntemplate.add_resource(Topic('T'))\n"
    assert line_of_element(source, ("Resources", "Any")) == 2


def test_a_resource_of_a_loop_names_the_line_that_adds_it(tmp_path: Path) -> None:
    looped = FROM_PYTHON.replace(
        "    key = template.add_resource(",
        """    for name in ("Key", "Other"):
        key = add(template, name)
    return template


def add(template, name):
    return template.add_resource(""",
    ).replace('            "Key",', "            name,")
    looped = looped[: looped.index("    template.add_output")] + looped[looped.index("\n\nPRODUCT") :]
    root = repository(tmp_path, looped)
    text = validate(root, "text")
    assert "E9001 error products/thing.py:11 (thing.yaml:" in text
    assert "Resources/Other/Properties/EnableKeyRotation" in text


def test_a_source_that_does_not_parse_has_no_line() -> None:
    assert line_of_element("x = (", ("Resources", "A")) == 0


def test_a_finding_about_a_suppression_names_its_line(tmp_path: Path) -> None:
    entry = 'Suppression("E9006", "No bucket yet.", date(2099, 1, 1)),'
    suppressed = FROM_FILE.replace("template=", f"suppressions=(\n        {entry}\n    ),\n    template=")
    suppressed = suppressed.replace("import ProductDefinition,", "import ProductDefinition, Suppression,")
    root = repository(tmp_path, f"from datetime import date\n{suppressed}")
    line = 1 + (root / "products" / "thing.py").read_text().splitlines().index(f"        {entry}")
    assert f"W9093 warning products/thing.py:{line} suppressions/0 " in validate(root, "text")
