"""The template bucket: content-addressed keys, encryption, and a check of the bucket's owner."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.session import AwsSession
from catalog.aws.waits import CONFLICT, CONFLICTS, retry_call
from catalog.errors import AwsCallError, AwsError
from catalog.plan.kinds.template import UploadTemplate, template_key, template_url


def digest_of(body: bytes) -> str:
    """`sha256:` and the hexadecimal digest of a template's bytes."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


@dataclass(frozen=True, slots=True)
class TemplateStore:
    """The template bucket of the account and Region that is published to."""

    session: AwsSession
    bucket: str
    folder: str = "templates"
    """`templates` for products, `stacks` for the stacks of `catalog bootstrap` and of exports."""
    form: str = "yaml"
    """The ending of the keys."""

    def key(self, product: str, digest: str) -> str:
        """`templates/<product>/<hex>.yaml`."""
        return template_key(product, digest, self.folder, self.form)

    def url(self, product: str, digest: str) -> str:
        """The https URL, which Service Catalog reads once, when the version is created."""
        return self.url_of(self.key(product, digest))

    def url_of(self, key: str) -> str:
        """The https URL of an object."""
        suffix = "amazonaws.com.cn" if self.session.identity.partition == "aws-cn" else "amazonaws.com"
        return template_url(self.bucket, self.session.region, suffix, key)

    def exists(self) -> bool:
        """Whether the bucket exists. `AwsError` when it belongs to another account or is not readable."""
        account = self.session.identity.account
        try:
            with aws_call("HeadBucket"):
                self.session.s3.head_bucket(Bucket=self.bucket, ExpectedBucketOwner=account)
        except AwsCallError as error:
            if error.code in ("404", "NoSuchBucket"):
                return False
            if error.code in ("403", "AccessDenied"):
                raise AwsError(
                    f"bucket {self.bucket} is not readable, or does not belong to account {account}",
                    hint="Allow the publisher s3:ListBucket on it, or set another name: [tool.catalog] bucket.",
                ) from error
            raise
        return True

    def put(self, product: str, digest: str, body: bytes) -> None:
        """Store `body` unless it is there already. The key contains the digest of the bytes.

        S3 compares the checksum with what it received, and never overwrites an object (If-None-Match). `AwsError` when
        what is there is not the template.
        """
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()

        def call() -> None:
            with aws_call("PutObject"):
                self.session.s3.put_object(
                    Bucket=self.bucket,
                    Key=self.key(product, digest),
                    Body=body,
                    ContentType=f"application/{self.form}",
                    ChecksumSHA256=checksum,
                    ServerSideEncryption="AES256",
                    ExpectedBucketOwner=self.session.identity.account,
                    IfNoneMatch="*",
                )

        try:
            retry_call("PutObject", call, CONFLICT, CONFLICTS)
        except AwsCallError as error:
            if error.code != "PreconditionFailed":
                raise
            self.get(product, digest)

    def get(self, product: str, digest: str) -> bytes:
        """The template of a digest. `AwsError` when the object has other content."""
        with aws_call("GetObject"):
            answer = self.session.s3.get_object(
                Bucket=self.bucket, Key=self.key(product, digest), ExpectedBucketOwner=self.session.identity.account
            )
            body = answer["Body"].read()
        if digest_of(body) != digest:
            raise AwsError(
                f"s3://{self.bucket}/{self.key(product, digest)}: the content does not match the digest in the key",
                hint="Somebody has put another object there. Delete it: the next publish uploads the template.",
            )
        return body


@handles(UploadTemplate)
def _(executor: Executor, change: UploadTemplate) -> None:
    store = TemplateStore(executor.session, executor.bucket)
    store.put(change.product, change.digest, executor.bodies[change.digest])
