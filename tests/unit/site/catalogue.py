"""A small catalogue with everything that a site shows: versions in every state, an import, a draft in no portfolio."""

from __future__ import annotations

import json
from pathlib import Path

from tests.releasing import edit_ledger, release
from tests.unit.review.repository import METADATA, PORTFOLIO, TEMPLATE, git, write

OTHER = """\
display_name: Every team
provider: Platform
stage: dev
principals:
  - arn: arn:${AWS::Partition}:iam:::role/dev-*
    type: IAM_PATTERN
  - arn: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/deploy
products:
  - product: vault
    launch: {local_role_name: launch-vault}
  - product: topic
    launch: {local_role_name: launch-topic}
imported_products:
  - {import: partner, name: Partner tool}
"""
PARTNER = """\
account: "444455556666"
portfolio_id: port-abcdefghijklm
principals:
  - arn: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dev-lead
"""
ACTION = """\
service_actions:
  - key: restart
    name: RestartVault
    description: Restarts what the vault runs on.
    document: AWS-RestartEC2Instance
    parameters: {InstanceId: TARGET}
    assume_role: ""
    since: 1.1.0
"""
TOPIC = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Description": "A topic.",
    "Parameters": {"KeyArn": {"Type": "String", "Description": "The key.", "Default": ""}},
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
}


def made_catalogue(folder: Path) -> Path:
    """The repository: Vault with three versions, Topic whose only version is retired, and a draft that is JSON."""
    write(folder, TEMPLATE, "1.0.0")
    (folder / "products/topic.json").write_text(json.dumps(TOPIC, indent=2))
    (folder / "products/topic.product.yaml").write_text(
        'name: Topic\nowner: Platform\ndescription: ""\nversion: 1.0.0\n'
    )
    release(folder, "topic")
    edit_ledger(folder, "active: true", "active: false", "topic")
    for name, text in (("every", OTHER), ("My-portfolio", PORTFOLIO.replace("Building blocks", "Odd name"))):
        (folder / f"portfolios/{name}.yaml").write_text(text)
    (folder / "imports").mkdir()
    (folder / "imports/partner.yaml").write_text(PARTNER)
    release(folder, "vault")
    edit_ledger(folder, "guidance: DEFAULT", "guidance: DEPRECATED", "vault")
    edited = TEMPLATE.replace("Where the vault stands.", "The stage of the vault.")
    write(folder, edited, "1.0.1")
    release(folder, "vault")
    (folder / "products/vault.yaml").write_text(f"{edited}  Stage:\n    Value: !Ref Stage\n")
    (folder / "products/vault.product.yaml").write_text(METADATA.format(version="1.1.0") + ACTION)
    release(folder, "vault")
    draft = {**TOPIC, "Outputs": {"KeyArn": {"Value": {"Ref": "Topic"}}}}
    (folder / "products/draft.json").write_text(json.dumps(draft))
    (folder / "products/draft.product.yaml").write_text(
        'name: Draft\nowner: Platform\ndescription: ""\nversion: 0.1.0\n'
    )
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Everything")
    (folder / "portfolios/blocks.yaml").write_text(PORTFOLIO.replace("For teams", "For all teams"))
    git(folder, "commit", "-q", "-a", "-m", "Blocks are for <b>all</b> teams")
    return folder
