#!/usr/bin/env bash
# Stop what up.sh DIR started, and take its configuration out of /etc/slurm.
set -uo pipefail
dir=$(realpath -m "$1")
for file in "$dir/spool/slurmd.pid" "$dir/run/slurmctld.pid"; do
    [ -s "$file" ] || continue
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null
    for _ in $(seq 50); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
done
for name in slurm gres; do
    [ "$(readlink "/etc/slurm/$name.conf")" = "$dir/$name.conf" ] && rm "/etc/slurm/$name.conf"
done
[ -e "$dir/started-munged" ] && pkill -x munged
exit 0
