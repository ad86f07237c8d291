"""What keeps data: buckets, tables, databases, file systems, caches, streams, backups."""

from __future__ import annotations

from carbuyer_cleanup.audit.types import rules
from carbuyer_cleanup.audit.types.row import HOME, US_WEST_2, Type

NO_TABLE = frozenset({"ResourceNotFoundException"})
BUCKET_LAG = 5  # a deleted one can still be listed: Amazon S3 user guide, "eventually consistent model"

# fmt: off
STORAGE = (
    Type("S3 bucket", "s3:ListBuckets", "Buckets[]", "Name", "s3:", where=HOME, lag=BUCKET_LAG,
         region="BucketRegion", rule=rules.origin_bucket, params={"MaxBuckets": 1000}),  # else it returns no Region
    Type("S3 access point", "s3control:ListAccessPoints", "AccessPointList[]", "Name", "s3:accesspoint/",
         arn="AccessPointArn", params={"AccountId": "{account}", "DataSourceType": "ALL"},  # else no file systems' ones
         token=("NextToken", "NextToken")),
    Type("S3 Multi-Region Access Point", "s3control:ListMultiRegionAccessPoints", "AccessPoints[]", "Name",
         state="Status", where=US_WEST_2, params={"AccountId": "{account}"}, token=("NextToken", "NextToken")),
    Type("DynamoDB table", "dynamodb:ListTables", "TableNames[].{TableName: @}", "TableName", "dynamodb:table/",
         rule=rules.workshop_key, rule_calls={"dynamodb:DescribeTable": NO_TABLE}),
    Type("DynamoDB backup", "dynamodb:ListBackups", "BackupSummaries[]", "BackupArn", "dynamodb:table/",
         names="[BackupName, TableName]", arn="BackupArn", state="BackupStatus"),
    Type("RDS instance", "rds:DescribeDBInstances", "DBInstances[]", "DBInstanceIdentifier", "rds:db:",
         tags="TagList", state="DBInstanceStatus", arn="DBInstanceArn"),
    Type("RDS cluster", "rds:DescribeDBClusters", "DBClusters[]", "DBClusterIdentifier", "rds:cluster:",
         tags="TagList", state="Status", arn="DBClusterArn"),
    Type("RDS snapshot", "rds:DescribeDBSnapshots", "DBSnapshots[]", "DBSnapshotIdentifier", "rds:snapshot:",
         names="[DBSnapshotIdentifier, DBInstanceIdentifier]", tags="TagList", state="Status", arn="DBSnapshotArn"),
    Type("RDS cluster snapshot", "rds:DescribeDBClusterSnapshots", "DBClusterSnapshots[]",
         "DBClusterSnapshotIdentifier", "rds:cluster-snapshot:",
         names="[DBClusterSnapshotIdentifier, DBClusterIdentifier]", tags="TagList", state="Status",
         arn="DBClusterSnapshotArn"),
    Type("RDS automated backup", "rds:DescribeDBInstanceAutomatedBackups", "DBInstanceAutomatedBackups[]",
         "DbiResourceId", "rds:auto-backup:", names="DBInstanceIdentifier", state="Status",
         arn="DBInstanceAutomatedBackupsArn"),
    # What a cluster leaves behind if it was told to; the list of clusters doesn't show it.
    Type("RDS cluster automated backup", "rds:DescribeDBClusterAutomatedBackups", "DBClusterAutomatedBackups[]",
         "DbClusterResourceId", "rds:cluster-auto-backup:", names="DBClusterIdentifier", state="Status",
         arn="DBClusterAutomatedBackupsArn"),
    Type("RDS subnet group", "rds:DescribeDBSubnetGroups", "DBSubnetGroups[]", "DBSubnetGroupName", "rds:subgrp:",
         arn="DBSubnetGroupArn"),
    Type("RDS parameter group", "rds:DescribeDBParameterGroups", "DBParameterGroups[]", "DBParameterGroupName",
         "rds:pg:", arn="DBParameterGroupArn"),
    Type("ElastiCache cluster", "elasticache:DescribeCacheClusters", "CacheClusters[]", "CacheClusterId",
         "elasticache:cluster:", state="CacheClusterStatus", arn="ARN"),
    Type("ElastiCache replication group", "elasticache:DescribeReplicationGroups", "ReplicationGroups[]",
         "ReplicationGroupId", "elasticache:replicationgroup:", state="Status", arn="ARN"),
    Type("ElastiCache serverless cache", "elasticache:DescribeServerlessCaches", "ServerlessCaches[]",
         "ServerlessCacheName", "elasticache:serverlesscache:", state="Status", arn="ARN"),
    Type("ElastiCache subnet group", "elasticache:DescribeCacheSubnetGroups", "CacheSubnetGroups[]",
         "CacheSubnetGroupName", "elasticache:subnetgroup:", arn="ARN"),
    Type("ElastiCache snapshot", "elasticache:DescribeSnapshots", "Snapshots[]", "SnapshotName",
         "elasticache:snapshot:", state="SnapshotStatus", arn="ARN"),
    Type("MemoryDB cluster", "memorydb:DescribeClusters", "Clusters[]", "Name", "memorydb:cluster/", state="Status",
         arn="ARN"),
    Type("Redshift cluster", "redshift:DescribeClusters", "Clusters[]", "ClusterIdentifier", "redshift:cluster:",
         tags="Tags", state="ClusterStatus"),
    Type("OpenSearch domain", "opensearch:ListDomainNames", "DomainNames[]", "DomainName", "es:domain/"),
    Type("EFS file system", "efs:DescribeFileSystems", "FileSystems[]", "FileSystemId",
         "elasticfilesystem:file-system/", names="Name || '-'", tags="Tags", state="LifeCycleState",
         arn="FileSystemArn", params={"MaxItems": 100}),
    Type("EFS access point", "efs:DescribeAccessPoints", "AccessPoints[]", "AccessPointId",
         "elasticfilesystem:access-point/", names="Name || '-'", tags="Tags", state="LifeCycleState",
         arn="AccessPointArn"),
    Type("FSx file system", "fsx:DescribeFileSystems", "FileSystems[]", "FileSystemId", "fsx:file-system/",
         tags="Tags", state="Lifecycle", arn="ResourceARN"),
    Type("backup vault", "backup:ListBackupVaults", "BackupVaultList[]", "BackupVaultName", "backup:backup-vault:",
         arn="BackupVaultArn"),
    Type("backup plan", "backup:ListBackupPlans", "BackupPlansList[]", "BackupPlanId", "backup:backup-plan:",
         names="BackupPlanName", arn="BackupPlanArn"),
    Type("Kinesis stream", "kinesis:ListStreams", "StreamNames[]", "@", "kinesis:stream/"),
    Type("Firehose stream", "firehose:ListDeliveryStreams", "DeliveryStreamNames[]", "@", "firehose:deliverystream/",
         token=("ExclusiveStartDeliveryStreamName", "HasMoreDeliveryStreams && DeliveryStreamNames[-1]")),
    Type("MSK cluster", "kafka:ListClustersV2", "ClusterInfoList[]", "ClusterArn", "kafka:cluster/",
         names="ClusterName", tags="Tags", state="State", arn="ClusterArn"),
    Type("Amazon MQ broker", "mq:ListBrokers", "BrokerSummaries[]", "BrokerId", "mq:broker:", names="BrokerName",
         state="BrokerState", arn="BrokerArn"),
    Type("Glue database", "glue:GetDatabases", "DatabaseList[]", "Name", "glue:database/"),
    Type("Glue job", "glue:ListJobs", "JobNames[]", "@", "glue:job/"),
    Type("Glue crawler", "glue:ListCrawlers", "CrawlerNames[]", "@", "glue:crawler/",
         token=("NextToken", "NextToken")),
    Type("Athena workgroup", "athena:ListWorkGroups", "WorkGroups[]", "Name", "athena:workgroup/",
         token=("NextToken", "NextToken")),
    Type("Transfer Family server", "transfer:ListServers", "Servers[]", "ServerId", "transfer:server/", arn="Arn"),
    Type("DMS replication instance", "dms:DescribeReplicationInstances", "ReplicationInstances[]",
         "ReplicationInstanceIdentifier", "dms:rep:", state="ReplicationInstanceStatus", arn="ReplicationInstanceArn"),
)
# fmt: on
