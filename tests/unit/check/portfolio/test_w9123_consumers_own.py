from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]
SHARES = "shares:\n  - {account: '111122223333'}\n"
PRODUCTS = "products:\n  - product: parcel\n    launch: {local_role_name: launch-parcel}\n"
TEMPLATE = {
    "Transform": ["AWS::LanguageExtensions", "OurMacro"],
    "Resources": {
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"S3Bucket": {"Fn::Sub": "cdk-assets-${AWS::AccountId}-${AWS::Region}"}, "S3Key": "code.zip"}
            },
        },
        "Made": {"Type": "Custom::Made", "Properties": {"ServiceToken": {"Ref": "Function"}}},
        "Other": {"Type": "Our::Private::Type"},
    },
}


def test_each_artefact_that_must_exist_in_every_account_is_a_warning(judge: Judge) -> None:
    found = judge(SHARES + PRODUCTS, "W9123", template=TEMPLATE)
    names = ["cdk-assets-${AWS::AccountId}-${AWS::Region}", "OurMacro", "Our::Private::Type"]
    assert sorted(one.where for one in found) == sorted(f"products/parcel/{name}" for name in names)
    assert {one.severity for one in found} == {"warning"}
    assert judge(SHARES + PRODUCTS, "E9122", template=TEMPLATE) == []
    assert judge(PRODUCTS, "W9123", template=TEMPLATE) == []
