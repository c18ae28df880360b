"""The sandbox's own KMS: moto's keys with AWS's checks, key policies that deny, and CloudFormation models."""
