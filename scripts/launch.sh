#!/usr/bin/env bash
# Run a training command in one process or in several that train one model together.
#
#   scripts/launch.sh TASKS COMMAND.py ARGUMENTS...
#
# One task: plain `python`. Several: `torchrun`, which gives every process its rank and a meeting point. Inside a Slurm
# job the tasks are spread over the job's nodes by `srun`, one torchrun a node, meeting at the first node; outside of
# one they all run here. Backend: NCCL on GPUs, Gloo on CPUs (the command chooses).
set -euo pipefail

tasks=$1
shift

if [ "$tasks" -le 1 ]; then
    exec python "$@"
fi

if [ -z "${SLURM_JOB_ID:-}" ]; then
    exec python -m torch.distributed.run --standalone --nproc-per-node "$tasks" "$@"
fi

nodes=${SLURM_JOB_NUM_NODES:-1}
if [ $((tasks % nodes)) -ne 0 ]; then
    echo "error: $tasks tasks cannot be spread evenly over $nodes nodes; make resources tasks a multiple of nodes" >&2
    exit 2
fi
first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
# A port from the job's number: two jobs on one node do not meet.
port=$((20000 + SLURM_JOB_ID % 20000))
# The variables describe the batch step; the new step is to take the whole allocation and say its own.
unset SLURM_CPU_BIND SLURM_NTASKS SLURM_NPROCS SLURM_NTASKS_PER_NODE SLURM_TRES_PER_TASK SLURM_CPUS_PER_TASK \
    SLURM_MEM_PER_CPU SLURM_MEM_PER_NODE
exec srun --overlap --nodes "$nodes" --ntasks "$nodes" --ntasks-per-node 1 \
    --cpus-per-task "${SLURM_CPUS_ON_NODE:-1}" --mem 0 --kill-on-bad-exit=1 \
    python -m torch.distributed.run --nnodes "$nodes" --nproc-per-node $((tasks / nodes)) \
    --rdzv-backend c10d --rdzv-endpoint "$first:$port" --rdzv-id "$SLURM_JOB_ID" "$@"
