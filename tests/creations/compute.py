"""Instances, functions, containers and clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.creators import IMAGE, NAME, REGION, At, code, tagged, task_definition

if TYPE_CHECKING:
    from collections.abc import Callable

# fmt: off
COMPUTE: dict[str, Callable[[At], object]] = {
    "EC2 instance": lambda at: at("ec2").run_instances(
        ImageId=IMAGE, MinCount=1, MaxCount=1, SubnetId=at.subnets[0], TagSpecifications=tagged("instance")),
    "EBS volume": lambda at: at("ec2").create_volume(
        AvailabilityZone=f"{REGION}a", Size=1, TagSpecifications=tagged("volume")),
    "EBS snapshot": lambda at: at("ec2").create_snapshot(VolumeId=at.volume, TagSpecifications=tagged("snapshot")),
    "AMI": lambda at: at("ec2").create_image(InstanceId=at.instance, Name=NAME),
    "key pair": lambda at: at("ec2").create_key_pair(KeyName=NAME),
    "launch template": lambda at: at("ec2").create_launch_template(
        LaunchTemplateName=NAME, LaunchTemplateData={"ImageId": IMAGE}),
    "Spot request": lambda at: at("ec2").request_spot_instances(
        LaunchSpecification={"ImageId": IMAGE, "SubnetId": at.subnets[0]},
        TagSpecifications=tagged("spot-instances-request")),
    "Dedicated Host": lambda at: at("ec2").allocate_hosts(
        AvailabilityZone=f"{REGION}a", InstanceType="a1.small", Quantity=1, TagSpecifications=tagged("dedicated-host")),
    "Auto Scaling group": lambda at: at("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=NAME, MinSize=0, MaxSize=0, InstanceId=at.instance, VPCZoneIdentifier=at.subnets[0]),
    "launch configuration": lambda at: at("autoscaling").create_launch_configuration(
        LaunchConfigurationName=NAME, ImageId=IMAGE, InstanceType="t3.micro"),
    "Lambda function": lambda at: at("lambda").create_function(
        FunctionName=NAME, Runtime="nodejs22.x", Role=at.role, Handler="index.handler", Code={"ZipFile": code()}),
    "Lambda layer": lambda at: at("lambda").publish_layer_version(LayerName=NAME, Content={"ZipFile": code()}),
    "ECS cluster": lambda at: at("ecs").create_cluster(clusterName=NAME),
    "ECS service": lambda at: [
        at("ecs").create_cluster(clusterName="somebodys"), task_definition(at, "somebodys"),
        at("ecs").create_service(cluster="somebodys", serviceName=NAME, taskDefinition="somebodys")],
    "ECS task definition": lambda at: task_definition(at, NAME),
    "ECR repository": lambda at: at("ecr").create_repository(repositoryName=NAME),
    "EKS cluster": lambda at: at("eks").create_cluster(
        name=NAME, roleArn=at.role, resourcesVpcConfig={"subnetIds": at.subnets}),
    "Batch compute environment": lambda at: at("batch").create_compute_environment(
        computeEnvironmentName=NAME, type="UNMANAGED", serviceRole=at.role),
    "Batch job queue": lambda at: at("batch").create_job_queue(
        jobQueueName=NAME, priority=1, state="ENABLED", computeEnvironmentOrder=[{
            "order": 1, "computeEnvironment": at("batch").create_compute_environment(
                computeEnvironmentName="somebodys", type="UNMANAGED", serviceRole=at.role)["computeEnvironmentArn"]}]),
    "Elastic Beanstalk application": lambda at: at("elasticbeanstalk").create_application(ApplicationName=NAME),
    "Elastic Beanstalk environment": lambda at: [
        at("elasticbeanstalk").create_application(ApplicationName="somebodys"),
        at("elasticbeanstalk").create_environment(ApplicationName="somebodys", EnvironmentName=NAME)],
    "EMR cluster": lambda at: at("emr").run_job_flow(
        Name=NAME, JobFlowRole="r", ServiceRole="s",
        Instances={"MasterInstanceType": "m5.large", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True}),
    "SageMaker endpoint": lambda at: [
        at("sagemaker").create_model(ModelName="s", ExecutionRoleArn=at.role, PrimaryContainer={"Image": "i"}),
        at("sagemaker").create_endpoint_config(EndpointConfigName="s", ProductionVariants=[{
            "VariantName": "v", "ModelName": "s", "InitialInstanceCount": 1, "InstanceType": "ml.t2.medium"}]),
        at("sagemaker").create_endpoint(EndpointName=NAME, EndpointConfigName="s")],
    "SageMaker notebook instance": lambda at: at("sagemaker").create_notebook_instance(
        NotebookInstanceName=NAME, InstanceType="ml.t3.medium", RoleArn=at.role),
}
# fmt: on
