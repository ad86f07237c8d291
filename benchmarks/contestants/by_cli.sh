#!/usr/bin/env bash
# The workshop's cleanup page with the AWS CLI and its waiters, step by step, as a careful person would write it.
#
# Region, credentials and endpoint come from the environment. What the page leaves behind when it is followed through the
# API (parts of the VPC, the instance profile, the log groups ...) is deleted, too.
set -euo pipefail
export AWS_PAGER="" AWS_DEFAULT_OUTPUT=text AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=8
export AWS_DEFAULT_REGION=ap-southeast-1
PAUSE=${PAUSE:-10}

words() { tr '\t' '\n' | sed '/^None$/d;/^$/d'; }

# when_free COMMAND...: again and again while AWS says that the thing is in use; AuthFailure is what it says of an address
# that the NAT gateway is still giving back
when_free() {
  local said _
  for _ in $(seq 90); do
    if said=$("$@" 2>&1); then return 0; fi
    grep -qE 'AuthFailure|DistributionNotDisabled|PreconditionFailed|ResourceInUse|DependencyViolation|DeleteConflict' <<<"$said" || { echo "$said" >&2; return 1; }
    sleep "$PAUSE"
  done
  echo "$said" >&2
  return 1
}

# unless_gone CODE COMMAND...: that it is not there is as good
unless_gone() {
  local code=$1 said
  shift
  said=$("$@" 2>&1) || grep -q "$code" <<<"$said" || { echo "$said" >&2; return 1; }
}

echo "1 load balancer"
arns=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='carbuyer-alb'].LoadBalancerArn" | words)
for arn in $arns; do aws elbv2 delete-load-balancer --load-balancer-arn "$arn"; done
for arn in $arns; do aws elbv2 wait load-balancers-deleted --load-balancer-arns "$arn"; done

echo "2 target groups"
query="TargetGroups[?TargetGroupName=='carbuyer-customer-tg' || TargetGroupName=='carbuyer-admin-employee-tg'].TargetGroupArn"
for arn in $(aws elbv2 describe-target-groups --query "$query" | words); do
  when_free aws elbv2 delete-target-group --target-group-arn "$arn"
done

echo "3 instances"
ids=$(aws ec2 describe-instances --filters 'Name=tag:Name,Values=carbuyer-customer-service,carbuyer-admin-service' \
  'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' | words)
if [ -n "$ids" ]; then
  # shellcheck disable=SC2086 # one word each
  aws ec2 terminate-instances --instance-ids $ids >/dev/null
  # shellcheck disable=SC2086
  aws ec2 wait instance-terminated --instance-ids $ids
fi

echo "4 NAT gateway, 5 its address"
for nat in $(aws ec2 describe-nat-gateways --filter 'Name=tag:Name,Values=carbuyer-nat-gateway' 'Name=state,Values=pending,available' \
  --query 'NatGateways[].NatGatewayId' | words); do
  addresses=$(aws ec2 describe-nat-gateways --nat-gateway-ids "$nat" --query 'NatGateways[].NatGatewayAddresses[].AllocationId' | words)
  aws ec2 delete-nat-gateway --nat-gateway-id "$nat" >/dev/null
  aws ec2 wait nat-gateway-deleted --nat-gateway-ids "$nat"
  for address in $addresses; do when_free aws ec2 release-address --allocation-id "$address"; done
done

echo "6 API Gateway"
for api in $(aws apigateway get-rest-apis --query "items[?name=='carbuyer-email-api'].id" | words); do
  aws apigateway delete-rest-api --rest-api-id "$api"
  unless_gone ResourceNotFoundException aws logs delete-log-group --log-group-name "API-Gateway-Execution-Logs_$api/prod"
done
for plan in $(aws apigateway get-usage-plans --query "items[?name=='carbuyer-email-plan'].id" | words); do
  aws apigateway delete-usage-plan --usage-plan-id "$plan"
done
for key in $(aws apigateway get-api-keys --query "items[?name=='carbuyer-email-api-key'].id" | words); do
  aws apigateway delete-api-key --api-key "$key"
done

echo "7 Lambda function"
unless_gone ResourceNotFoundException aws lambda delete-function --function-name carbuyer-email-service
unless_gone ResourceNotFoundException aws logs delete-log-group --log-group-name /aws/lambda/carbuyer-email-service

echo "8 CloudFront distribution"
delete_disabled() {
  local etag
  etag=$(aws cloudfront get-distribution-config --id "$1" --query ETag)
  aws cloudfront delete-distribution --id "$1" --if-match "$etag"
}
aws cloudfront list-distributions --query 'DistributionList.Items[].[Id,ARN]' | while read -r id arn; do
  [ "${id:-None}" != None ] || continue
  name=$(aws cloudfront list-tags-for-resource --resource "$arn" --query "Tags.Items[?Key=='Name'].Value" </dev/null)
  [ "$name" = fcj-cloudfront-carbuyer ] || continue
  config=$(mktemp)
  aws cloudfront get-distribution-config --id "$id" --output json >"$config" </dev/null
  etag=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["ETag"])' "$config")
  python3 -c 'import json, sys
config = json.load(open(sys.argv[1]))["DistributionConfig"] | {"Enabled": False}
json.dump(config, open(sys.argv[1], "w"))' "$config"
  controls=$(python3 -c 'import json, sys
print(*{o.get("OriginAccessControlId") or "" for o in json.load(open(sys.argv[1]))["Origins"]["Items"]})' "$config")
  aws cloudfront update-distribution --id "$id" --if-match "$etag" --distribution-config "file://$config" >/dev/null </dev/null
  aws cloudfront wait distribution-deployed --id "$id" </dev/null
  when_free delete_disabled "$id" </dev/null
  for control in $controls; do
    etag=$(aws cloudfront get-origin-access-control --id "$control" --query ETag </dev/null)
    aws cloudfront delete-origin-access-control --id "$control" --if-match "$etag" </dev/null
  done
  rm -f "$config"
done

echo "9 S3 bucket: all versions, then the bucket"
bucket=${BUCKET:-carbuyer-fcj-bucket} # each account of a class has a name of its own
if aws s3api head-bucket --bucket "$bucket" >/dev/null 2>&1; then
  for kind in Versions DeleteMarkers; do
    while :; do
      batch=$(aws s3api list-object-versions --bucket "$bucket" --max-items 1000 --output json \
        --query "{Objects: $kind[].{Key: Key, VersionId: VersionId}, Quiet: \`true\`}")
      grep -q '"Key"' <<<"$batch" || break
      file=$(mktemp)
      printf %s "$batch" >"$file"
      aws s3api delete-objects --bucket "$bucket" --delete "file://$file" >/dev/null
      rm -f "$file"
    done
  done
  aws s3api delete-bucket --bucket "$bucket"
  aws s3api wait bucket-not-exists --bucket "$bucket"
fi

echo "10 DynamoDB tables"
tables=$(aws dynamodb list-tables --query 'TableNames[]' | words)
for table in DanhGia DatLichKH KieuDang LoaiPhuKien MauXe NguyenLieuXe PhuKien Slider ThuongHieu TinTuc User XeOto; do
  grep -qx "$table" <<<"$tables" || continue
  [ "$(aws dynamodb describe-table --table-name "$table" --query 'Table.KeySchema[].AttributeName')" = id ] || continue
  aws dynamodb delete-table --table-name "$table" >/dev/null
  aws dynamodb wait table-not-exists --table-name "$table"
done

for vpc in $(aws ec2 describe-vpcs --filters 'Name=tag:Name,Values=carbuyer-fcj-vpc' --query 'Vpcs[].VpcId' | words); do
  of="Name=vpc-id,Values=$vpc"
  echo "11 security groups"
  for name in carbuyer-customer-sg carbuyer-admin-sg carbuyer-alb-sg; do
    for group in $(aws ec2 describe-security-groups --filters "$of" "Name=group-name,Values=$name" --query 'SecurityGroups[].GroupId' | words); do
      when_free aws ec2 delete-security-group --group-id "$group"
    done
  done
  echo "12 VPC endpoints"
  ids=$(aws ec2 describe-vpc-endpoints --filters "$of" --query 'VpcEndpoints[].VpcEndpointId' | words)
  # shellcheck disable=SC2086 # one word each
  [ -z "$ids" ] || aws ec2 delete-vpc-endpoints --vpc-endpoint-ids $ids >/dev/null
  while [ -n "$(aws ec2 describe-vpc-endpoints --filters "$of" --query "VpcEndpoints[?State!='deleted'].VpcEndpointId" | words)" ]; do
    sleep "$PAUSE"
  done
  echo "13 VPC, and what the console deletes with it"
  for subnet in $(aws ec2 describe-subnets --filters "$of" --query 'Subnets[].SubnetId' | words); do
    when_free aws ec2 delete-subnet --subnet-id "$subnet"
  done
  for table in $(aws ec2 describe-route-tables --filters "$of" --query 'RouteTables[?!(Associations[?Main])].RouteTableId' | words); do
    when_free aws ec2 delete-route-table --route-table-id "$table"
  done
  for gateway in $(aws ec2 describe-internet-gateways --filters "Name=attachment.vpc-id,Values=$vpc" --query 'InternetGateways[].InternetGatewayId' | words); do
    when_free aws ec2 detach-internet-gateway --internet-gateway-id "$gateway" --vpc-id "$vpc"
    aws ec2 delete-internet-gateway --internet-gateway-id "$gateway"
  done
  when_free aws ec2 delete-vpc --vpc-id "$vpc"
done

echo "14 IAM roles"
for role in carbuyer-ec2-role carbuyer-lambda-email-role; do
  aws iam get-role --role-name $role >/dev/null 2>&1 || continue
  for profile in $(aws iam list-instance-profiles-for-role --role-name $role --query 'InstanceProfiles[].InstanceProfileName' | words); do
    aws iam remove-role-from-instance-profile --instance-profile-name "$profile" --role-name $role
    when_free aws iam delete-instance-profile --instance-profile-name "$profile"
  done
  for policy in $(aws iam list-attached-role-policies --role-name $role --query 'AttachedPolicies[].PolicyArn' | words); do
    aws iam detach-role-policy --role-name $role --policy-arn "$policy"
  done
  for policy in $(aws iam list-role-policies --role-name $role --query 'PolicyNames[]' | words); do
    aws iam delete-role-policy --role-name $role --policy-name "$policy"
  done
  when_free aws iam delete-role --role-name $role
done

echo "15 IAM user: its key is deactivated first"
user=carbuyer-app-user
if aws iam get-user --user-name $user >/dev/null 2>&1; then
  for key in $(aws iam list-access-keys --user-name $user --query 'AccessKeyMetadata[].AccessKeyId' | words); do
    aws iam update-access-key --user-name $user --access-key-id "$key" --status Inactive
    aws iam delete-access-key --user-name $user --access-key-id "$key"
  done
  for policy in $(aws iam list-attached-user-policies --user-name $user --query 'AttachedPolicies[].PolicyArn' | words); do
    aws iam detach-user-policy --user-name $user --policy-arn "$policy"
  done
  when_free aws iam delete-user --user-name $user
fi

echo "16 key pair"
aws ec2 delete-key-pair --key-name carbuyer-keypair >/dev/null
