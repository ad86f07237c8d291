"""Buckets, tables, databases, file systems and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.creators import NAME, REGION, TAG, At, table

if TYPE_CHECKING:
    from collections.abc import Callable

# fmt: off
STORAGE: dict[str, Callable[[At], object]] = {
    "S3 bucket": lambda at: at("s3").create_bucket(
        Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": REGION}),
    "S3 access point": lambda at: at("s3control").create_access_point(
        AccountId=at.account.aws.account, Name=NAME, Bucket=at.bucket),
    "S3 Multi-Region Access Point": lambda at: at("s3control").create_multi_region_access_point(
        AccountId=at.account.aws.account, ClientToken="1", Details={"Name": NAME, "Regions": [{"Bucket": at.bucket}]}),
    "DynamoDB table": lambda at: table(at, NAME),
    "DynamoDB backup": lambda at: [
        table(at, "somebodys"), at("dynamodb").create_backup(TableName="somebodys", BackupName=NAME)],
    "RDS instance": lambda at: at("rds").create_db_instance(
        DBInstanceIdentifier=NAME, DBInstanceClass="db.t3.micro", Engine="mysql"),
    "RDS cluster": lambda at: at("rds").create_db_cluster(
        DBClusterIdentifier=NAME, Engine="aurora-mysql", MasterUsername="root", MasterUserPassword="password"),
    "RDS snapshot": lambda at: [
        at("rds").create_db_instance(DBInstanceIdentifier="s", DBInstanceClass="db.t3.micro", Engine="mysql"),
        at("rds").create_db_snapshot(DBSnapshotIdentifier=NAME, DBInstanceIdentifier="s")],
    "RDS cluster snapshot": lambda at: [
        at("rds").create_db_cluster(
            DBClusterIdentifier="s", Engine="aurora-mysql", MasterUsername="root", MasterUserPassword="password"),
        at("rds").create_db_cluster_snapshot(DBClusterSnapshotIdentifier=NAME, DBClusterIdentifier="s")],
    "RDS subnet group": lambda at: at("rds").create_db_subnet_group(
        DBSubnetGroupName=NAME, DBSubnetGroupDescription="-", SubnetIds=at.subnets),
    "RDS parameter group": lambda at: at("rds").create_db_parameter_group(
        DBParameterGroupName=NAME, DBParameterGroupFamily="mysql8.0", Description="-"),
    "ElastiCache cluster": lambda at: at("elasticache").create_cache_cluster(
        CacheClusterId=NAME, CacheNodeType="cache.t3.micro", Engine="redis", NumCacheNodes=1),
    "ElastiCache replication group": lambda at: at("elasticache").create_replication_group(
        ReplicationGroupId=NAME, ReplicationGroupDescription="-", CacheNodeType="cache.t3.micro", Engine="redis"),
    "ElastiCache subnet group": lambda at: at("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName=NAME, CacheSubnetGroupDescription="-", SubnetIds=at.subnets),
    "ElastiCache snapshot": lambda at: [
        at("elasticache").create_cache_cluster(
            CacheClusterId="s", CacheNodeType="cache.t3.micro", Engine="redis", NumCacheNodes=1),
        at("elasticache").create_snapshot(CacheClusterId="s", SnapshotName=NAME)],
    "MemoryDB cluster": lambda at: at("memorydb").create_cluster(
        ClusterName=NAME, NodeType="db.t4g.small", ACLName="open-access"),
    "Redshift cluster": lambda at: at("redshift").create_cluster(
        ClusterIdentifier=NAME, NodeType="ra3.large", MasterUsername="root", MasterUserPassword="Password1"),
    "OpenSearch domain": lambda at: at("opensearch").create_domain(DomainName=NAME),
    "EFS file system": lambda at: at("efs").create_file_system(Tags=TAG),
    "EFS access point": lambda at: at("efs").create_access_point(
        FileSystemId=at("efs").create_file_system()["FileSystemId"], Tags=TAG),
    "FSx file system": lambda at: at("fsx").create_file_system(
        FileSystemType="LUSTRE", StorageCapacity=1200, SubnetIds=at.subnets[:1], Tags=TAG),
    "backup vault": lambda at: at("backup").create_backup_vault(BackupVaultName=NAME),
    "backup plan": lambda at: at("backup").create_backup_plan(
        BackupPlan={"BackupPlanName": NAME, "Rules": [{"RuleName": "r", "TargetBackupVaultName": "v"}]}),
    "Kinesis stream": lambda at: at("kinesis").create_stream(StreamName=NAME, ShardCount=1),
    "Firehose stream": lambda at: at("firehose").create_delivery_stream(
        DeliveryStreamName=NAME, S3DestinationConfiguration={
            "RoleARN": at.role, "BucketARN": f"arn:aws:s3:::{at.bucket}"}),
    "MSK cluster": lambda at: at("kafka").create_cluster_v2(ClusterName=NAME, Serverless={
        "VpcConfigs": [{"SubnetIds": at.subnets}]}),
    "Amazon MQ broker": lambda at: at("mq").create_broker(
        BrokerName=NAME, DeploymentMode="SINGLE_INSTANCE", EngineType="ACTIVEMQ", EngineVersion="5.18",
        HostInstanceType="mq.t3.micro", PubliclyAccessible=False, AutoMinorVersionUpgrade=True, Users=[]),
    "Athena workgroup": lambda at: at("athena").create_work_group(Name=NAME),
    "DMS replication instance": lambda at: at("dms").create_replication_instance(
        ReplicationInstanceIdentifier=NAME, ReplicationInstanceClass="dms.t3.micro"),
}
# fmt: on
