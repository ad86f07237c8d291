"""What runs: instances and their parts, functions, containers, and the services built on them."""

from __future__ import annotations

from carbuyer_cleanup.audit.types import rules
from carbuyer_cleanup.audit.types.row import EVERYWHERE, GONE, HOME, LEAVING, Parent, Type

SELF = ["self"]
SPOT_GONE = GONE | {"cancelled", "closed", "failed"}

# fmt: off
COMPUTE = (
    Type("EC2 instance", "ec2:DescribeInstances", "Reservations[].Instances[]", "InstanceId", "ec2:instance/",
         tags="Tags", state="State.Name"),
    Type("EBS volume", "ec2:DescribeVolumes", "Volumes[]", "VolumeId", "ec2:volume/", tags="Tags", state="State"),
    Type("EBS snapshot", "ec2:DescribeSnapshots", "Snapshots[]", "SnapshotId", "ec2:snapshot/", tags="Tags",
         params={"OwnerIds": SELF}, hangs=True,
         console="ec2/home?region={region}#SnapshotDetails:snapshotId={id}"),
    Type("AMI", "ec2:DescribeImages", "Images[]", "ImageId", "ec2:image/", names="Name", tags="Tags", state="State",
         gone=GONE | {"deregistered"}, params={"Owners": SELF, "IncludeDisabled": True}, hangs=True),
    Type("key pair", "ec2:DescribeKeyPairs", "KeyPairs[]", "KeyPairId || KeyName", "ec2:key-pair/", names="KeyName",
         tags="Tags"),
    Type("launch template", "ec2:DescribeLaunchTemplates", "LaunchTemplates[]", "LaunchTemplateId",
         "ec2:launch-template/", names="LaunchTemplateName", tags="Tags", price=0),
    Type("placement group", "ec2:DescribePlacementGroups", "PlacementGroups[]", "GroupId", "ec2:placement-group/",
         names="GroupName", tags="Tags", state="State", arn="GroupArn"),
    Type("Spot request", "ec2:DescribeSpotInstanceRequests", "SpotInstanceRequests[]", "SpotInstanceRequestId",
         "ec2:spot-instances-request/", tags="Tags", state="State", gone=SPOT_GONE,
         rule=rules.launches),
    Type("Capacity Reservation", "ec2:DescribeCapacityReservations", "CapacityReservations[]",
         "CapacityReservationId", "ec2:capacity-reservation/", tags="Tags", state="State",
         gone=GONE | {"cancelled", "expired", "failed", "unsupported"}),
    Type("Dedicated Host", "ec2:DescribeHosts", "Hosts[]", "HostId", "ec2:dedicated-host/", tags="Tags",
         state="State", gone=GONE | {"released", "released-permanent-failure"}),

    Type("Auto Scaling group", "autoscaling:DescribeAutoScalingGroups", "AutoScalingGroups[]", "AutoScalingGroupName",
         "autoscaling:autoScalingGroup:", tags="Tags", state="Status", arn="AutoScalingGroupARN"),
    Type("launch configuration", "autoscaling:DescribeLaunchConfigurations", "LaunchConfigurations[]",
         "LaunchConfigurationName", "autoscaling:launchConfiguration:", arn="LaunchConfigurationARN"),

    Type("Lambda function", "lambda:ListFunctions", "Functions[]", "FunctionName", "lambda:function:",
         arn="FunctionArn", state="State", entry="lambda.function"),
    Type("Lambda layer", "lambda:ListLayers", "Layers[]", "LayerName", "lambda:layer:", arn="LayerArn"),
    Type("code signing configuration", "lambda:ListCodeSigningConfigs", "CodeSigningConfigs[]", "CodeSigningConfigId",
         "lambda:code-signing-config:", names="Description || '-'", arn="CodeSigningConfigArn"),

    Type("ECS cluster", "ecs:ListClusters", "clusterArns[]", "@", "ecs:cluster/", names="tail(@)", arn="@"),
    Type("ECS service", "ecs:ListServices", "serviceArns[]", "@", "ecs:service/", names="tail(@)", arn="@",
         params={"maxResults": 100}, none=frozenset({"ClusterNotFoundException"}),
         parent=Parent("ecs:ListClusters", "clusterArns[]", "cluster")),
    Type("ECS task definition", "ecs:ListTaskDefinitions", "taskDefinitionArns[]", "@", "ecs:task-definition/",
         names="parts(@)", arn="@"),
    Type("ECR repository", "ecr:DescribeRepositories", "repositories[]", "repositoryName", "ecr:repository/",
         arn="repositoryArn"),
    Type("public ECR repository", "ecr-public:DescribeRepositories", "repositories[]", "repositoryName",
         "ecr-public:repository/", arn="repositoryArn", where=HOME),
    Type("EKS cluster", "eks:ListClusters", "clusters[]", "@", "eks:cluster/"),
    Type("Batch compute environment", "batch:DescribeComputeEnvironments", "computeEnvironments[]",
         "computeEnvironmentName", "batch:compute-environment/", tags="tags", state="status",
         arn="computeEnvironmentArn"),
    Type("Batch job queue", "batch:DescribeJobQueues", "jobQueues[]", "jobQueueName", "batch:job-queue/", tags="tags",
         state="status", arn="jobQueueArn"),
    Type("Elastic Beanstalk application", "elasticbeanstalk:DescribeApplications", "Applications[]",
         "ApplicationName", "elasticbeanstalk:application/", arn="ApplicationArn"),
    Type("Elastic Beanstalk environment", "elasticbeanstalk:DescribeEnvironments", "Environments[]", "EnvironmentId",
         "elasticbeanstalk:environment/", names="EnvironmentName", state="Status", arn="EnvironmentArn"),
    Type("App Runner service", "apprunner:ListServices", "ServiceSummaryList[]", "ServiceId", "apprunner:service/",
         names="ServiceName", state="Status", arn="ServiceArn", token=("NextToken", "NextToken"),
         leaving=LEAVING | {"operation_in_progress"}),
    Type("Lightsail instance", "lightsail:GetInstances", "instances[]", "name", "lightsail:Instance/", tags="tags",
         state="state.name", arn="arn"),
    Type("EMR cluster", "emr:ListClusters", "Clusters[]", "Id", "elasticmapreduce:cluster/", names="Name",
         state="Status.State", arn="ClusterArn", where=EVERYWHERE,
         params={"ClusterStates": ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]}),
    Type("SageMaker notebook instance", "sagemaker:ListNotebookInstances", "NotebookInstances[]",
         "NotebookInstanceName", "sagemaker:notebook-instance/", state="NotebookInstanceStatus",
         arn="NotebookInstanceArn", params={"MaxResults": 100}),
    Type("SageMaker endpoint", "sagemaker:ListEndpoints", "Endpoints[]", "EndpointName", "sagemaker:endpoint/",
         state="EndpointStatus", arn="EndpointArn", params={"MaxResults": 100}),
)
# fmt: on
