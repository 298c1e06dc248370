#!/usr/bin/env bash
# After snakemake was killed (kill -9, lost host): its jobs are still in the queue, and calling snakemake again would
# submit them a second time. This cancels them, waits until they are gone, and takes the lock off.
#
#   profiles/slurm/cancel.sh && snakemake --profile profiles/slurm
#
# Only jobs of this user, from this folder, with the name that profiles/slurm gives are touched.
set -euo pipefail
here=$(pwd -P)

mine() {
    squeue --noheader --user "$(id -un)" --states=PENDING,CONFIGURING,RUNNING,SUSPENDED,COMPLETING,REQUEUED \
        --format '%i|%j|%Z' | awk -F'|' -v here="$here" '$2 ~ /^small-or-large_/ && $3 == here { print $1 }'
}

jobs=$(mine)
if [ -n "$jobs" ]; then
    echo "cancelling: $(echo "$jobs" | tr '\n' ' ')"
    # shellcheck disable=SC2086  # one argument a job
    scancel $jobs
fi
for _ in $(seq 120); do
    [ -z "$(mine)" ] && break
    sleep 1
done
if [ -n "$(mine)" ]; then
    echo "error: still in the queue: $(mine | tr '\n' ' '); look with squeue, then call this again" >&2
    exit 1
fi
snakemake --unlock "$@"
