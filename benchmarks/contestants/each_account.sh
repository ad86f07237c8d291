#!/usr/bin/env bash
# A script for one account, in each account of a class, two at once: each_account.sh COMMAND...
#
# Each line of the file `profiles` has a profile of ~/.aws/config and the name of that account's bucket.
set -euo pipefail
# shellcheck disable=SC2016 # for the inner shell
sed '/^$/d' profiles |
  xargs -P "${AT_ONCE:-2}" -L 1 bash -c 'export AWS_PROFILE="${@: -2:1}" BUCKET="${*: -1}"; exec "${@:1:$#-2}"' each "$@"
