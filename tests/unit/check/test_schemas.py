"""The schemas are those that cfn-lint ships, also on a machine with newer downloaded schemas."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests import programs

ROOT = Path(__file__).resolve().parents[3]

ASK = """
import json
from catalog.check.cfn_lint import lint
from catalog.check.schemas import resource_schema, schema_of

body = b'''
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {KmsMasterKeyId: alias/topics}
'''
print(json.dumps({
    "lint": [finding.id for finding in lint("topic", "products/topic.py", body, ["us-east-1", "eu-west-1"])],
    "create_only": sorted(map(list, resource_schema("AWS::SNS::Topic", ("us-east-1",)).create_only)),
    "tags": schema_of("AWS::SNS::Topic").get("tagging", {}).get("tagProperty"),
}))
"""


def answer(cache: Path) -> object:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "HOME": str(cache), "PYTHONPATH": str(ROOT)}
    done = programs.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_newer_schemas_in_the_users_cache_change_nothing(tmp_path: Path) -> None:
    for cache in (tmp_path, tmp_path / "Library" / "Caches"):  # where Linux and macOS keep caches
        schemas = cache / "aws" / "cfn-lint" / "schemas"
        for folder in ("providers", "resources"):
            (schemas / folder).mkdir(parents=True)
        (schemas / "version.json").write_text('{"schema_date": "2999-01-01T00:00:00Z"}')
        (schemas / "providers" / "us-east-1.json").write_text('{"AWS::SNS::Topic": "poison"}')
        poison = {"typeName": "AWS::SNS::Topic", "properties": {"P": {"type": "string"}}, "required": ["P"]}
        (schemas / "resources" / "poison.json").write_text(json.dumps(poison))
    assert answer(tmp_path) == {
        "lint": [],
        "create_only": [["FifoTopic"], ["TopicName"]],
        "tags": "/properties/Tags",
    }
