"""The resource types that hold data: one table for controls (E9003, E9009, W9005) and the version gate (E9203, E9204).

A type is here if its deletion loses what the template cannot make again: data that people or programs have put in,
keys, users. cfn-lint's list of stateful resources, which follows AWS, is part of the table: a test compares them. The
other rows are from the pages of the types in the template reference (`page_of`), read in November 2026.

Not here, because nothing is lost that the template or its owner cannot make again: types that only pass data on (SNS
topics, delivery streams), caches in front of a database (DAX), values that stand in the template (SSM parameters),
definitions that crawlers or templates make (the Glue Data Catalog), access points and mount targets, groups around
databases that hold the data themselves (RDS::GlobalCluster), and EC2 instances: data that must survive an instance is
on a volume of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog.check.updates import REFERENCE

HELD: Mapping[str, str] = {
    "AWS::ACMPCA::CertificateAuthority": "the private key of a certificate authority",
    "AWS::APS::Workspace": "metrics",
    "AWS::AmazonMQ::Broker": "messages that nobody has read",
    "AWS::Backup::BackupVault": "recovery points",
    "AWS::Backup::LogicallyAirGappedBackupVault": "recovery points",
    "AWS::Cassandra::Keyspace": "tables",
    "AWS::Cassandra::Table": "rows",
    "AWS::CloudFormation::Stack": "whatever the nested template creates",
    "AWS::CloudHSM::Cluster": "keys",
    "AWS::CloudTrail::EventDataStore": "events",
    "AWS::CodeArtifact::Domain": "packages",
    "AWS::CodeArtifact::Repository": "packages",
    "AWS::CodeCommit::Repository": "source code",
    "AWS::Cognito::IdentityPool": "the identities of users",
    "AWS::Cognito::UserPool": "users and their passwords",
    "AWS::Connect::Instance": "users, flows and records of contacts",
    "AWS::CustomerProfiles::Domain": "profiles",
    "AWS::DSQL::Cluster": "a database",
    "AWS::DirectoryService::MicrosoftAD": "users and computers",
    "AWS::DirectoryService::SimpleAD": "users and computers",
    "AWS::DocDB::DBCluster": "a database",
    "AWS::DocDB::DBInstance": "a database",
    "AWS::DocDBElastic::Cluster": "a database",
    "AWS::DynamoDB::GlobalTable": "items",
    "AWS::DynamoDB::Table": "items",
    "AWS::EC2::Volume": "the data of a disk",
    "AWS::ECR::PublicRepository": "images",
    "AWS::ECR::Repository": "images",
    "AWS::EFS::FileSystem": "files",
    "AWS::EMR::Cluster": "files in HDFS",
    "AWS::ElastiCache::CacheCluster": "data of an application",
    "AWS::ElastiCache::ReplicationGroup": "data of an application",
    "AWS::ElastiCache::ServerlessCache": "data of an application",
    "AWS::Elasticsearch::Domain": "indexes",
    "AWS::Events::Archive": "events",
    "AWS::FSx::FileSystem": "files",
    "AWS::FSx::Snapshot": "files",
    "AWS::FSx::StorageVirtualMachine": "the volumes of a file system",
    "AWS::FSx::Volume": "files",
    "AWS::Grafana::Workspace": "dashboards",
    "AWS::HealthImaging::Datastore": "medical images",
    "AWS::HealthLake::FHIRDatastore": "health records",
    "AWS::KMS::Key": "key material",
    "AWS::KMS::ReplicaKey": "key material",
    "AWS::Kendra::Index": "documents",
    "AWS::Kinesis::Stream": "records that nobody has read",
    "AWS::KinesisVideo::Stream": "recordings",
    "AWS::Lightsail::Bucket": "objects",
    "AWS::Lightsail::Database": "a database",
    "AWS::Lightsail::Disk": "the data of a disk",
    "AWS::Lightsail::Instance": "the data of a disk",
    "AWS::Location::GeofenceCollection": "geofences",
    "AWS::Location::Tracker": "positions",
    "AWS::Logs::LogGroup": "log events",
    "AWS::MSK::Cluster": "the records of topics",
    "AWS::MSK::ServerlessCluster": "the records of topics",
    "AWS::MSK::Topic": "records",
    "AWS::MemoryDB::Cluster": "a database",
    "AWS::Neptune::DBCluster": "a database",
    "AWS::Neptune::DBInstance": "a database",
    "AWS::NeptuneGraph::Graph": "a graph",
    "AWS::Omics::AnnotationStore": "annotations",
    "AWS::Omics::ReferenceStore": "reference genomes",
    "AWS::Omics::SequenceStore": "sequences",
    "AWS::Omics::VariantStore": "variants",
    "AWS::OpenSearchServerless::Collection": "indexes",
    "AWS::OpenSearchService::Domain": "indexes",
    "AWS::Organizations::Account": "everything in the account",
    "AWS::PaymentCryptography::Key": "key material",
    "AWS::QLDB::Ledger": "a ledger",
    "AWS::RDS::DBCluster": "a database",
    "AWS::RDS::DBInstance": "a database",
    "AWS::RDS::DBShardGroup": "a database",
    "AWS::Redshift::Cluster": "a database",
    "AWS::RedshiftServerless::Namespace": "a database",
    "AWS::Rekognition::Collection": "vectors of faces",
    "AWS::S3::Bucket": "objects",
    "AWS::S3Express::DirectoryBucket": "objects",
    "AWS::S3Outposts::Bucket": "objects",
    "AWS::S3Tables::Namespace": "tables",
    "AWS::S3Tables::Table": "rows",
    "AWS::S3Tables::TableBucket": "tables",
    "AWS::S3Vectors::Index": "vectors",
    "AWS::S3Vectors::VectorBucket": "vectors",
    "AWS::SDB::Domain": "items",
    "AWS::SQS::Queue": "messages that nobody has read",
    "AWS::SageMaker::Domain": "the files of its users",
    "AWS::SageMaker::FeatureGroup": "features",
    "AWS::SageMaker::NotebookInstance": "notebooks on its disk",
    "AWS::SecretsManager::Secret": "a secret",
    "AWS::StorageGateway::Tape": "a virtual tape",
    "AWS::StorageGateway::Volume": "the data of a disk",
    "AWS::Timestream::Database": "tables",
    "AWS::Timestream::InfluxDBCluster": "a database",
    "AWS::Timestream::InfluxDBInstance": "a database",
    "AWS::Timestream::Table": "records",
    "AWS::WorkSpaces::Workspace": "the disk of a user",
}
"""Type → what it holds, in words that follow "holds"."""

STATEFUL_TYPES = tuple(HELD)


def page_of(resource_type: str) -> str:
    """The page of a type in the template reference."""
    _, service, name = resource_type.lower().split("::")
    return f"{REFERENCE}/aws-resource-{service}-{name}.html"
