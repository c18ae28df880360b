"""The table of docs/versions.md as data: small edits of the KMS template with their verdicts and findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]
EDITS: list[Edited] = []


@dataclass(frozen=True)
class Edited:
    """A row of the table."""

    words: str
    edit: Callable[[Template], None]
    verdict: str
    findings: tuple[str, ...]


def row(words: str, verdict: str, *findings: str) -> Callable[[Callable[[Template], None]], Callable[[Template], None]]:
    """Add an edit to the table."""

    def enter(edit: Callable[[Template], None]) -> Callable[[Template], None]:
        EDITS.append(Edited(words, edit, verdict, findings))
        return edit

    return enter


def properties(template: Template) -> Any:
    return template["Resources"]["Key"]["Properties"]


def statements(template: Template) -> list[Any]:
    listed: list[Any] = properties(template)["KeyPolicy"]["Statement"]
    return listed


def statement(template: Template, sid: str) -> Any:
    bodies = [member["Fn::If"][1] if "Fn::If" in member else member for member in statements(template)]
    return next(body for body in bodies if body["Sid"] == sid)


def drop(template: Template, sid: str) -> None:
    statements(template).remove(statement(template, sid))


def rename(template: Template, section: str, old: str, new: str) -> None:
    """Rename a member of a section, and the references to it."""
    template[section] = {new if key == old else key: value for key, value in template[section].items()}
    for name in ("Resources", "Outputs"):
        for member in template[name].values():
            for part in {"Properties", "Value"} & set(member):
                member[part] = referring(member[part], old, new)


def referring(node: Any, old: str, new: str) -> Any:
    """`node` with the references to `old` as `new`; keys stay."""
    if isinstance(node, dict):
        if node == {"Ref": old}:
            return {"Ref": new}
        if "Fn::GetAtt" in node and node["Fn::GetAtt"][0] == old:
            return {"Fn::GetAtt": [new, *node["Fn::GetAtt"][1:]]}
        return {key: referring(value, old, new) for key, value in node.items()}
    if isinstance(node, list):
        return [referring(value, old, new) for value in node]
    return node.replace(f"${{{old}}}", f"${{{new}}}") if isinstance(node, str) else node


# ------------------------------------------------------------------------------------------------------- resources


@row("rename the logical id `Key` to `MasterKey`", "major", "E9203")
def _(template: Template) -> None:
    rename(template, "Resources", "Key", "MasterKey")


@row("rename the logical id `KeyAlias` to `Alias2`", "major")
def _(template: Template) -> None:
    rename(template, "Resources", "KeyAlias", "Alias2")


@row("remove the resource `KeyAlias` with its outputs", "major")
def _(template: Template) -> None:
    del template["Resources"]["KeyAlias"], template["Outputs"]["AliasName"], template["Outputs"]["AliasArn"]


@row("add a resource: an SNS topic", "minor")
def _(template: Template) -> None:
    template["Resources"]["Alarm"] = {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": {"Ref": "Key"}}}


@row("put a `Condition` on `Key`, its alias and the outputs", "major", "E9203")
def _(template: Template) -> None:
    for member in (*template["Resources"].values(), *template["Outputs"].values()):
        member["Condition"] = "HasCompliance"


@row("move `Key` into a `Fn::ForEach`", "major", "W9202", "E9203")
def _(template: Template) -> None:
    key = template["Resources"].pop("Key")
    template["Transform"] = "AWS::LanguageExtensions"
    template["Resources"]["Fn::ForEach::Keys"] = ["Name", ["Key"], {"${Name}": key}]


@row("change the type of `KeyAlias` to another one", "major")
def _(template: Template) -> None:
    template["Resources"]["KeyAlias"]["Type"] = "AWS::SSM::Parameter"
    template["Resources"]["KeyAlias"]["Properties"] = {"Type": "String", "Value": {"Ref": "Key"}}


@row("drop `UpdateReplacePolicy` of `Key`", "major", "E9003")
def _(template: Template) -> None:
    del template["Resources"]["Key"]["UpdateReplacePolicy"]


@row("change `DeletionPolicy` of `Key` to `Retain`", "minor")
def _(template: Template) -> None:
    template["Resources"]["Key"]["DeletionPolicy"] = "Retain"


@row("reorder the resources", "patch")
def _(template: Template) -> None:
    template["Resources"] = dict(reversed(template["Resources"].items()))


# ------------------------------------------------------------------------------------------------------ properties


@row("turn rotation off: `EnableKeyRotation: false`", "minor", "E9001")
def _(template: Template) -> None:
    properties(template)["EnableKeyRotation"] = False


@row("parameterise rotation: a parameter with the default true", "minor", "E9001")
def _(template: Template) -> None:
    template["Parameters"]["Rotation"] = {
        "Type": "String",
        "Description": "Whether the key rotates.",
        "AllowedValues": ["true", "false"],
        "Default": "true",
        "ConstraintDescription": "must be true or false.",
    }
    properties(template)["EnableKeyRotation"] = {"Ref": "Rotation"}


@row("change `RotationPeriodInDays` to 180", "minor")
def _(template: Template) -> None:
    properties(template)["RotationPeriodInDays"] = 180


@row("change `KeySpec` to RSA_2048 and drop rotation", "major", "E9204")
def _(template: Template) -> None:
    properties(template)["KeySpec"] = "RSA_2048"
    del properties(template)["EnableKeyRotation"], properties(template)["RotationPeriodInDays"]


@row("write `MultiRegion: true` in place of the parameter", "major", "E9204")
def _(template: Template) -> None:
    properties(template)["MultiRegion"] = True


@row("leave out `KeySpec` and `KeyUsage`, whose values are the defaults", "patch")
def _(template: Template) -> None:
    del properties(template)["KeySpec"], properties(template)["KeyUsage"]


@row("change the scheme of `AliasName`: the environment first", "major")
def _(template: Template) -> None:
    template["Resources"]["KeyAlias"]["Properties"]["AliasName"] = {"Fn::Sub": "alias/${Environment}/${Alias}"}


@row("write `AliasName` with `Fn::Join` in place of `Fn::Sub`", "patch")
def _(template: Template) -> None:
    joined = {"Fn::Join": ["/", ["alias", {"Ref": "Alias"}]]}
    template["Resources"]["KeyAlias"]["Properties"]["AliasName"] = joined


@row("drop the tag `ManagedBy`", "major")
def _(template: Template) -> None:
    tags = properties(template)["Tags"]
    tags[:] = [tag for tag in tags if tag.get("Key") != "ManagedBy"]


@row("add a tag `CostCentre`", "minor")
def _(template: Template) -> None:
    properties(template)["Tags"].append({"Key": "CostCentre", "Value": "4711"})


@row("reorder the tags", "patch")
def _(template: Template) -> None:
    properties(template)["Tags"].reverse()


# ------------------------------------------------------------------------------------------------------ key policy


@row("drop the root statement", "major", "E9007")
def _(template: Template) -> None:
    drop(template, "RootAccountOwnership")


@row("make the root statement conditional: only if `HasCompliance`", "major", "E9007")
def _(template: Template) -> None:
    statements(template)[0] = {"Fn::If": ["HasCompliance", statements(template)[0], {"Ref": "AWS::NoValue"}]}


@row("allow users also `kms:ReplicateKey`, the Denies stay", "minor", "E9008")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Action"].append("kms:ReplicateKey")


@row("allow users `kms:*`", "minor", "E9008", "I9201")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Action"] = ["kms:*"]


@row("allow administrators also `kms:Sign`", "minor", "E9008", "I9201")
def _(template: Template) -> None:
    statement(template, "KeyAdministrators")["Action"].append("kms:Sign")


@row("allow administrators `kms:*`, the Deny stays", "minor", "E9008", "I9201")
def _(template: Template) -> None:
    statement(template, "KeyAdministrators")["Action"] = ["kms:*"]


@row("add the principal `*` to the users", "minor", "E9002", "I9201")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Principal"] = {"AWS": "*"}


@row("add an Allow to another account", "minor", "I9201")
def _(template: Template) -> None:
    statements(template).append(
        {
            "Sid": "Partner",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
            "Action": ["kms:Decrypt"],
            "Resource": ["*"],
        }
    )


@row("remove the Deny for administrators", "minor", "E9008", "I9201")
def _(template: Template) -> None:
    drop(template, "KeyAdministratorsCannotUseTheKey")


@row("remove the Deny of grants (`GrantsOnlyForAwsServices`)", "minor", "E9004", "I9201")
def _(template: Template) -> None:
    drop(template, "GrantsOnlyForAwsServices")


@row("wrap the Deny of grants in `Fn::If`", "minor", "E9004", "I9201")
def _(template: Template) -> None:
    index = statements(template).index(statement(template, "GrantsOnlyForAwsServices"))
    statements(template)[index] = {"Fn::If": ["HasCompliance", statements(template)[index], {"Ref": "AWS::NoValue"}]}


@row("let every role of a path replicate", "major", "I9201")
def _(template: Template) -> None:
    condition = statement(template, "OnlyTheReplicaProductReplicates")["Condition"]["ArnNotEquals"]
    condition["aws:PrincipalArn"] = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/replicas/*"}


@row("drop `kms:UpdateAlias` from PreventDestroy", "minor", "I9201")
def _(template: Template) -> None:
    statement(template, "PreventDestroy")["Action"].remove("kms:UpdateAlias")


@row("remove `kms:DescribeKey` from the users", "major")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Action"].remove("kms:DescribeKey")


@row("add an action to the opt-in for CloudWatch Logs", "minor", "I9201")
def _(template: Template) -> None:
    statement(template, "CloudWatchLogs")["Action"].append("kms:CreateGrant")


@row("reorder the statements", "patch")
def _(template: Template) -> None:
    statements(template).reverse()


@row("reorder the actions of a statement", "patch")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Action"].reverse()


@row("rename a Sid", "patch")
def _(template: Template) -> None:
    statement(template, "DeletionWindowIsAFloor")["Sid"] = "ShortestWindow"


# ------------------------------------------------------------------------------------------------------ parameters


@row("narrow the pattern of `Alias`: no slash", "major")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["AllowedPattern"] = "^(?!aws$)[a-zA-Z0-9_-]+$"


@row("widen the pattern of `Alias`: dots too", "minor")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["AllowedPattern"] = "^(?!aws(/|$)|alias/)[a-zA-Z0-9/._-]+$"


@row("write the pattern of `Alias` differently", "patch")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["AllowedPattern"] = r"^(?!alias/|aws(/|$))[\w/-]{1,}$"


@row("give `Alias` a pattern that cannot be compared", "major")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["AllowedPattern"] = "^(?!aws(/|$)|alias/)[a-zA-Z0-9/_-]++$"


@row("add an AllowedValue: `DataCategory` secret", "minor")
def _(template: Template) -> None:
    template["Parameters"]["DataCategory"]["AllowedValues"].append("secret")


@row("remove an AllowedValue: `Environment` staging", "major")
def _(template: Template) -> None:
    template["Parameters"]["Environment"]["AllowedValues"].remove("staging")


@row("change a default: `DeletionWindowDays` 14", "minor")
def _(template: Template) -> None:
    template["Parameters"]["DeletionWindowDays"]["Default"] = "14"


@row("remove a default: `DeletionWindowDays` must be set", "major")
def _(template: Template) -> None:
    del template["Parameters"]["DeletionWindowDays"]["Default"]


@row("raise `MinValue` of `DeletionWindowDays` to 10", "major")
def _(template: Template) -> None:
    template["Parameters"]["DeletionWindowDays"]["MinValue"] = 10


@row("lower `MaxLength` of `Alias` to 100", "major")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["MaxLength"] = 100


@row("change only a parameter's description", "patch")
def _(template: Template) -> None:
    template["Parameters"]["Service"]["Description"] = "Service whose data the key protects; tag Service of the key."


@row("reorder the parameters", "patch")
def _(template: Template) -> None:
    template["Parameters"] = dict(reversed(template["Parameters"].items()))


@row("add a required parameter", "major")
def _(template: Template) -> None:
    template["Parameters"]["Owner"] = {
        "Type": "String",
        "Description": "Who owns the key.",
        "MinLength": 1,
        "MaxLength": 64,
        "AllowedPattern": "[a-z-]+",
        "ConstraintDescription": "must be a team's name.",
    }


@row("add a parameter with a default", "minor")
def _(template: Template) -> None:
    template["Parameters"]["Owner"] = {
        "Type": "String",
        "Description": "Who owns the key.",
        "Default": "",
        "MaxLength": 64,
        "AllowedPattern": "[a-z-]*",
        "ConstraintDescription": "must be a team's name.",
    }


@row("remove a parameter: `Compliance`, with its tag", "major")
def _(template: Template) -> None:
    del template["Parameters"]["Compliance"], template["Conditions"]["HasCompliance"]
    interface = template["Metadata"]["AWS::CloudFormation::Interface"]
    interface["ParameterGroups"][-1]["Parameters"].remove("Compliance")
    del interface["ParameterLabels"]["Compliance"]
    properties(template)["Tags"] = [tag for tag in properties(template)["Tags"] if "Fn::If" not in tag]


@row("change the type of `DeletionWindowDays` to String", "major")
def _(template: Template) -> None:
    definition = template["Parameters"]["DeletionWindowDays"]
    definition |= {"Type": "String", "AllowedPattern": "[0-9]{1,2}"}
    del definition["MinValue"], definition["MaxValue"]


# ------------------------------------------------------------------------------------------- rules and conditions


@row("add a rule: restricted data needs PreventDestroy", "major")
def _(template: Template) -> None:
    template["Rules"]["RestrictedIsProtected"] = {
        "RuleCondition": {"Fn::Equals": [{"Ref": "DataCategory"}, "restricted"]},
        "Assertions": [
            {
                "Assert": {"Fn::Equals": [{"Ref": "PreventDestroy"}, "true"]},
                "AssertDescription": "Restricted data needs PreventDestroy.",
            }
        ],
    }


@row("drop the rule `ProductionIsProtected`", "minor", "E9009", "E9010")
def _(template: Template) -> None:
    del template["Rules"]["ProductionIsProtected"]


@row("drop the RuleCondition of `ProductionIsProtected`: it always applies", "major")
def _(template: Template) -> None:
    del template["Rules"]["ProductionIsProtected"]["RuleCondition"]


@row("change only the description of a rule", "patch")
def _(template: Template) -> None:
    template["Rules"]["ReplicasNeedMultiRegion"]["Assertions"][0]["AssertDescription"] = "Replicas need MultiRegion."


@row("rename a condition", "patch")
def _(template: Template) -> None:
    template["Conditions"]["Logs"] = template["Conditions"].pop("LogsAreAllowed")
    for member in statements(template):
        if member.get("Fn::If", [""])[0] == "LogsAreAllowed":
            member["Fn::If"][0] = "Logs"


@row("change a condition: replicas no longer need MultiRegion", "minor")
def _(template: Template) -> None:
    template["Conditions"]["MayReplicate"] = {"Fn::Not": [{"Fn::Equals": [{"Ref": "ReplicaRegions"}, ""]}]}


# --------------------------------------------------------------------------------------------------------- outputs


@row("remove the output `KeyArn`", "major", "W9007")
def _(template: Template) -> None:
    del template["Outputs"]["KeyArn"]


@row("rename the output `KeyArn` to `Arn`, and its export with it", "major")
def _(template: Template) -> None:
    output = template["Outputs"].pop("KeyArn")
    template["Outputs"]["Arn"] = output | {"Export": {"Name": {"Fn::Sub": "${AWS::StackName}-Arn"}}}


@row("rename the export of `KeyId`", "major")
def _(template: Template) -> None:
    template["Outputs"]["KeyId"]["Export"]["Name"] = {"Fn::Sub": "${AWS::StackName}-Id"}


@row("change the value of `KeyId`: the ARN", "major")
def _(template: Template) -> None:
    template["Outputs"]["KeyId"]["Value"] = {"Fn::GetAtt": ["Key", "Arn"]}


@row("add an output", "minor")
def _(template: Template) -> None:
    template["Outputs"]["Service"] = {"Description": "Service of the key.", "Value": {"Ref": "Service"}}


@row("change only an output's description", "patch")
def _(template: Template) -> None:
    template["Outputs"]["KeyId"]["Description"] = "The key's id."


@row("change only the template's metadata: a label in the console", "patch")
def _(template: Template) -> None:
    template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterLabels"]["Alias"] = {"default": "Alias"}
