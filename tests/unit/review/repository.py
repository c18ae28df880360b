"""A small git repository with one product and one portfolio, and three pull requests against it."""

from __future__ import annotations

from pathlib import Path

from tests import programs
from tests.releasing import release

SETTINGS = """\
[tool.catalog]
owner = "platform"
regions = ["us-east-1"]
principal_patterns = ["role/dev-*"]
"""
TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: A vault with a key of its own.
Parameters:
  KeyUsers:
    Type: CommaDelimitedList
    Description: Roles that may encrypt and decrypt with the key.
    AllowedPattern: "arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_-]+"
    ConstraintDescription: ARNs of roles.
  Stage:
    Type: String
    Description: Where the vault stands.
    AllowedValues: [dev, prod]
    Default: dev
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      Description: The key of a vault
      EnableKeyRotation: true
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Sid: Owner
            Effect: Allow
            Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
            Action: "kms:*"
            Resource: "*"
          - Sid: GrantsForServices
            Effect: Deny
            Principal: "*"
            Action: "kms:CreateGrant"
            Resource: "*"
            Condition: {BoolIfExists: {"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}}
          - Sid: Users
            Effect: Allow
            Principal: {AWS: !Ref KeyUsers}
            Action: ["kms:Encrypt", "kms:Decrypt"]
            Resource: "*"
  Name:
    Type: AWS::KMS::Alias
    Properties:
      AliasName: !Sub "alias/${Stage}/vault"
      TargetKeyId: !Ref Key
Outputs:
  KeyArn:
    Description: ARN of the key
    Value: !GetAtt Key.Arn
"""
METADATA = """\
name: Vault
owner: Platform
description: A place for secrets.
version: {version}
examples: [examples/vault.yaml]
"""
EXAMPLE = "KeyUsers: arn:aws:iam::123456789012:role/app\nStage: dev\n"
PORTFOLIO = """\
display_name: Building blocks
provider: Platform
description: For teams
principals:
  - arn: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/deploy
tag_options:
  Team: [blue, red]
products:
  - product: vault
    launch:
      local_role_name: launch-vault
    template:
      require:
        - parameter: Stage
          equals: dev
          message: This portfolio is for dev.
"""
AUDITOR = """\
          - Sid: Audit
            Effect: Allow
            Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/auditor"}
            Action: "kms:Decrypt"
            Resource: "*"
"""
TOPIC = """\
  Alarms:
    Type: AWS::SNS::Topic
"""


def git(folder: Path, *arguments: str) -> None:
    """Run git, as nobody in particular."""
    settings = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main")
    programs.run(["/usr/bin/env", "git", "-C", str(folder), *settings, *arguments], check=True, capture_output=True)


def write(folder: Path, template: str, version: str, portfolio: str = PORTFOLIO) -> None:
    """The files of the repository."""
    for name, text in {
        "pyproject.toml": SETTINGS,
        "products/vault.yaml": template,
        "products/vault.product.yaml": METADATA.format(version=version),
        "portfolios/blocks.yaml": portfolio,
        "examples/vault.yaml": EXAMPLE,
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def base_repository(folder: Path) -> Path:
    """The repository with version 1.0.0 on main, and a branch for a change."""
    write(folder, TEMPLATE, "1.0.0")
    release(folder, "vault")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "A vault")
    git(folder, "checkout", "-q", "-b", "change")
    return folder


def harmless(folder: Path) -> None:
    """Better words."""
    write(folder, TEMPLATE.replace("Where the vault stands.", "The stage of the vault, such as dev."), "1.0.1")


def widening(folder: Path) -> None:
    """An auditor may decrypt, every dev role may launch for every stage, and the role must make a topic."""
    template = TEMPLATE.replace("  Name:\n", f"{AUDITOR}  Name:\n").replace("Outputs:\n", f"{TOPIC}Outputs:\n")
    pattern = "  - arn: arn:${AWS::Partition}:iam:::role/dev-*\n    type: IAM_PATTERN\n"
    portfolio = PORTFOLIO.replace("tag_options:", f"{pattern}tag_options:")
    write(folder, template, "1.1.0", portfolio[: portfolio.index("    template:")])


def key_losing(folder: Path) -> None:
    """The key gets another logical id, and an output goes."""
    template = TEMPLATE.replace("  Key:\n", "  VaultKey:\n").replace("!Ref Key\n", "!Ref VaultKey\n")
    write(folder, template[: template.index("Outputs:")], "1.0.1", PORTFOLIO.replace("role/deploy", "role/release"))
