"""Edits of resources, their properties and the key policy, with their verdicts and findings."""

from __future__ import annotations

from tests.unit.versions.edit_rows import EditRows, Template, drop, properties, rename, statement, statements

ROWS = EditRows()


# ------------------------------------------------------------------------------------------------------- resources


@ROWS.row("rename the logical id `Key` to `MasterKey`", "major", "E9203")
def _(template: Template) -> None:
    rename(template, "Resources", "Key", "MasterKey")


@ROWS.row("rename the logical id `KeyAlias` to `Alias2`", "major")
def _(template: Template) -> None:
    rename(template, "Resources", "KeyAlias", "Alias2")


@ROWS.row("remove the resource `KeyAlias` with its outputs", "major")
def _(template: Template) -> None:
    del template["Resources"]["KeyAlias"], template["Outputs"]["AliasName"], template["Outputs"]["AliasArn"]


@ROWS.row("add a resource: an SNS topic", "minor")
def _(template: Template) -> None:
    template["Resources"]["Alarm"] = {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": {"Ref": "Key"}}}


@ROWS.row("put a `Condition` on `Key`, its alias and the outputs", "major", "E9203")
def _(template: Template) -> None:
    for member in (*template["Resources"].values(), *template["Outputs"].values()):
        member["Condition"] = "HasCompliance"


@ROWS.row("move `Key` into a `Fn::ForEach`", "major", "W9202", "E9203")
def _(template: Template) -> None:
    key = template["Resources"].pop("Key")
    template["Transform"] = "AWS::LanguageExtensions"
    template["Resources"]["Fn::ForEach::Keys"] = ["Name", ["Key"], {"${Name}": key}]


@ROWS.row("change the type of `KeyAlias` to another one", "major")
def _(template: Template) -> None:
    template["Resources"]["KeyAlias"]["Type"] = "AWS::SSM::Parameter"
    template["Resources"]["KeyAlias"]["Properties"] = {"Type": "String", "Value": {"Ref": "Key"}}


@ROWS.row("drop `UpdateReplacePolicy` of `Key`", "major", "E9003")
def _(template: Template) -> None:
    del template["Resources"]["Key"]["UpdateReplacePolicy"]


@ROWS.row("change `DeletionPolicy` of `Key` to `Retain`", "minor")
def _(template: Template) -> None:
    template["Resources"]["Key"]["DeletionPolicy"] = "Retain"


@ROWS.row("reorder the resources", "patch")
def _(template: Template) -> None:
    template["Resources"] = dict(reversed(template["Resources"].items()))


# ------------------------------------------------------------------------------------------------------ properties


@ROWS.row("turn rotation off: `EnableKeyRotation: false`", "minor", "E9001")
def _(template: Template) -> None:
    properties(template)["EnableKeyRotation"] = False


@ROWS.row("parameterise rotation: a parameter with the default true", "minor", "E9001")
def _(template: Template) -> None:
    template["Parameters"]["Rotation"] = {
        "Type": "String",
        "Description": "Whether the key rotates.",
        "AllowedValues": ["true", "false"],
        "Default": "true",
        "ConstraintDescription": "must be true or false.",
    }
    properties(template)["EnableKeyRotation"] = {"Ref": "Rotation"}


@ROWS.row("change `RotationPeriodInDays` to 180", "minor")
def _(template: Template) -> None:
    properties(template)["RotationPeriodInDays"] = 180


@ROWS.row("change `KeySpec` to RSA_2048 and drop rotation", "major", "E9204")
def _(template: Template) -> None:
    properties(template)["KeySpec"] = "RSA_2048"
    del properties(template)["EnableKeyRotation"], properties(template)["RotationPeriodInDays"]


@ROWS.row("write `MultiRegion: true` in place of the parameter", "major", "E9204")
def _(template: Template) -> None:
    properties(template)["MultiRegion"] = True


@ROWS.row("leave out `KeySpec` and `KeyUsage`, whose values are the defaults", "patch")
def _(template: Template) -> None:
    del properties(template)["KeySpec"], properties(template)["KeyUsage"]


@ROWS.row("change the scheme of `AliasName`: the environment first", "major")
def _(template: Template) -> None:
    template["Resources"]["KeyAlias"]["Properties"]["AliasName"] = {"Fn::Sub": "alias/${Environment}/${Alias}"}


@ROWS.row("write `AliasName` with `Fn::Join` in place of `Fn::Sub`", "patch")
def _(template: Template) -> None:
    joined = {"Fn::Join": ["/", ["alias", {"Ref": "Alias"}]]}
    template["Resources"]["KeyAlias"]["Properties"]["AliasName"] = joined


@ROWS.row("drop the tag `ManagedBy`", "major")
def _(template: Template) -> None:
    tags = properties(template)["Tags"]
    tags[:] = [tag for tag in tags if tag.get("Key") != "ManagedBy"]


@ROWS.row("add a tag `CostCentre`", "minor")
def _(template: Template) -> None:
    properties(template)["Tags"].append({"Key": "CostCentre", "Value": "4711"})


@ROWS.row("reorder the tags", "patch")
def _(template: Template) -> None:
    properties(template)["Tags"].reverse()


# ------------------------------------------------------------------------------------------------------ key policy


@ROWS.row("drop the root statement", "major", "E9007")
def _(template: Template) -> None:
    drop(template, "RootAccountOwnership")


@ROWS.row("make the root statement conditional: only if `HasCompliance`", "major", "E9007")
def _(template: Template) -> None:
    statements(template)[0] = {"Fn::If": ["HasCompliance", statements(template)[0], {"Ref": "AWS::NoValue"}]}


@ROWS.row("allow users also `kms:ReplicateKey`, the Denies stay", "minor", "E9008")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Action"].append("kms:ReplicateKey")


@ROWS.row("allow users `kms:*`", "minor", "E9008", "I9201")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Action"] = ["kms:*"]


@ROWS.row("allow administrators also `kms:Sign`", "minor", "E9008", "I9201")
def _(template: Template) -> None:
    statement(template, "KeyAdministrators")["Action"].append("kms:Sign")


@ROWS.row("allow administrators `kms:*`, the Deny stays", "minor", "E9008", "I9201")
def _(template: Template) -> None:
    statement(template, "KeyAdministrators")["Action"] = ["kms:*"]


@ROWS.row("add the principal `*` to the users", "minor", "E9002", "I9201")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Principal"] = {"AWS": "*"}


@ROWS.row("add an Allow to another account", "minor", "I9201")
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


@ROWS.row("remove the Deny for administrators", "minor", "E9008", "I9201")
def _(template: Template) -> None:
    drop(template, "KeyAdministratorsCannotUseTheKey")


@ROWS.row("remove the Deny of grants (`GrantsOnlyForAwsServices`)", "minor", "E9004", "I9201")
def _(template: Template) -> None:
    drop(template, "GrantsOnlyForAwsServices")


@ROWS.row("wrap the Deny of grants in `Fn::If`", "minor", "E9004", "I9201")
def _(template: Template) -> None:
    index = statements(template).index(statement(template, "GrantsOnlyForAwsServices"))
    statements(template)[index] = {"Fn::If": ["HasCompliance", statements(template)[index], {"Ref": "AWS::NoValue"}]}


@ROWS.row("let every role of a path replicate", "major", "I9201")
def _(template: Template) -> None:
    condition = statement(template, "OnlyTheReplicaProductReplicates")["Condition"]["ArnNotEquals"]
    condition["aws:PrincipalArn"] = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/replicas/*"}


@ROWS.row("drop `kms:UpdateAlias` from PreventDestroy", "minor", "I9201")
def _(template: Template) -> None:
    statement(template, "PreventDestroy")["Action"].remove("kms:UpdateAlias")


@ROWS.row("remove `kms:DescribeKey` from the users", "major")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Action"].remove("kms:DescribeKey")


@ROWS.row("add an action to the opt-in for CloudWatch Logs", "minor", "I9201")
def _(template: Template) -> None:
    statement(template, "CloudWatchLogs")["Action"].append("kms:CreateGrant")


@ROWS.row("reorder the statements", "patch")
def _(template: Template) -> None:
    statements(template).reverse()


@ROWS.row("reorder the actions of a statement", "patch")
def _(template: Template) -> None:
    statement(template, "KeyUsers")["Action"].reverse()


@ROWS.row("rename a Sid", "patch")
def _(template: Template) -> None:
    statement(template, "DeletionWindowIsAFloor")["Sid"] = "ShortestWindow"
