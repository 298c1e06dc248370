#!/usr/bin/env bash
# Bring up a real Slurm of one node from Debian's packages (munge, slurmctld, slurmd), without systemd. Run as root.
#
#   up.sh DIR        everything of it lies in DIR; down.sh DIR stops it
#
# Two partitions as profiles/slurm names them, both on the one node, and two GPUs that exist in name only: the jobs are
# then submitted exactly as on a cluster. Finished jobs are recorded by Slurm in DIR/log/jobs.txt.
set -euo pipefail
dir=$(realpath -m "$1")
host=$(hostname -s)
cpus=$(nproc)
memory=$(($(awk '/MemTotal/ { print $2 }' /proc/meminfo) / 1024 - 512))

mkdir -p "$dir"/{state,spool,log,run}
# The scheduler runs as user slurm: it must be able to reach its folders.
chmod 755 "$dir"
chown -R slurm: "$dir"/{state,log,run}
getent hosts "$host" >/dev/null || echo "127.0.0.1 $host" >>/etc/hosts

cat >"$dir/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=slurm
AuthType=auth/munge
SlurmctldPort=16917
SlurmdPort=16918
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/spool/slurmd.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.log
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$dir/log/jobs.txt
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=1
GresTypes=gpu
ReturnToService=2
SlurmdTimeout=20
InactiveLimit=0
KillWait=5
MinJobAge=3600
NodeName=$host NodeAddr=127.0.0.1 CPUs=$((cpus * 4)) RealMemory=$((memory * 4)) Gres=gpu:2 State=UNKNOWN
PartitionName=cpu Nodes=$host Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes=$host MaxTime=INFINITE State=UP
CONF
# Slurm is told of four times the processors and memory there are, so that the profile is used as it is.
echo "SlurmdParameters=config_overrides" >>"$dir/slurm.conf"
touch "$dir"/gpu{0,1}
echo "Name=gpu File=$dir/gpu[0-1]" >"$dir/gres.conf"
touch "$dir/log/jobs.txt"
chown slurm: "$dir/log/jobs.txt"

# In the default place: the job step of Snakemake's plugin drops SLURM_CONF from the environment.
mkdir -p /etc/slurm
ln -sfn "$dir/slurm.conf" /etc/slurm/slurm.conf
ln -sfn "$dir/gres.conf" /etc/slurm/gres.conf
unset SLURM_CONF

if [ ! -s /etc/munge/munge.key ]; then
    (umask 077 && dd if=/dev/urandom bs=1 count=1024 of=/etc/munge/munge.key status=none)
    chown munge: /etc/munge/munge.key
fi
mkdir -p /run/munge
chown munge: /run/munge
chmod 755 /run/munge
if ! munge -n >/dev/null 2>&1; then
    touch "$dir/started-munged" # down.sh stops it again
    setpriv --reuid=munge --regid=munge --init-groups munged
    for _ in $(seq 50); do
        munge -n >/dev/null 2>&1 && break
        sleep 0.1
    done
fi

slurmctld -i
slurmd
for _ in $(seq 100); do
    sinfo --noheader --format %T 2>/dev/null | grep -q idle && exit 0
    sleep 0.2
done
echo "error: Slurm did not come up" >&2
tail -n 20 "$dir"/log/*.log >&2
exit 1
